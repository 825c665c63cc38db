using System;
using System.Collections.Generic;

namespace PSPairChat.Unit;

/// <summary>A member of a room that records the messages it receives, each after the nickname of its sender.</summary>
internal abstract class RecordingMember(string handle) : IDisposable
{
    private readonly List<string> _messages = [];       // also the lock

    /// <summary>Gets the nickname.</summary>
    public string Handle { get; } = handle;

    /// <summary>Gets the number of messages that were received.</summary>
    public int Count
    {
        get
        {
            lock (_messages)
                return _messages.Count;
        }
    }

    /// <summary>Gets the notices that report that a message was not sent.</summary>
    public int RefusedCount { get; protected set; }

    public abstract void Send(string text);

    public abstract void Dispose();

    /// <summary>Gets the messages.</summary>
    public string[] GetMessages()
    {
        lock (_messages)
            return [.. _messages];
    }

    /// <summary>Gets the messages that were received since the last call.</summary>
    public string[] TakeMessages()
    {
        lock (_messages)
        {
            string[] messages = [.. _messages];
            _messages.Clear();
            return messages;
        }
    }

    protected void Add(string message)
    {
        lock (_messages)
            _messages.Add(message);
    }
}
