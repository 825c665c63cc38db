using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace PSPairChat.Unit;

/// <summary>A member of a room that records the messages it receives, without a thread of its own.</summary>
internal sealed class BackplaneMember : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly List<string> _messages = [];       // also the lock
    private readonly TaskCompletionSource<bool> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BackplaneMember(string handle, int port)
    {
        Handle = handle;
        _client.Connect(IPAddress.Loopback, port);
        Send(handle);
        Completion = ReadAsync();
    }

    /// <summary>Gets the nickname.</summary>
    public string Handle { get; }

    /// <summary>Gets a task that ends when the connection does.</summary>
    public Task Completion { get; }

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
    public int RefusedCount { get; private set; }

    /// <summary>Joins a room. If the nickname is taken, tries again until it is not.</summary>
    public static async Task<BackplaneMember> JoinAsync(string handle, int port, TimeSpan timeout)
    {
        var deadline = DateTime.UtcNow + timeout;
        while (true)
        {
            var member = new BackplaneMember(handle, port);
            if (await member._joined.Task.WaitAsync(timeout).ConfigureAwait(false))
                return member;
            member.Dispose();
            if (DateTime.UtcNow > deadline)
                throw new TimeoutException($"{handle} could not join.");
        }
    }

    /// <summary>Gets the messages.</summary>
    public string[] GetMessages()
    {
        lock (_messages)
            return [.. _messages];
    }

    public void Send(string line) => _client.GetStream().Write(Encoding.UTF8.GetBytes(line + "\n"));

    public void Dispose() => _client.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(_client.GetStream(), Encoding.UTF8);
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
                OnLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The server was killed, or the member has left.
        }
        _joined.TrySetResult(false);
    }

    private void OnLine(string line)
    {
        if (line.StartsWith("READY ", StringComparison.Ordinal))
        {
            _joined.TrySetResult(true);
        }
        else if (line.StartsWith("RETRY ", StringComparison.Ordinal))
        {
            _joined.TrySetResult(false);
        }
        else if (line.StartsWith("* Message not sent", StringComparison.Ordinal))
        {
            RefusedCount++;
        }
        else if (line[0] is not '*' and not '[' && line.Contains("> ", StringComparison.Ordinal))
        {
            lock (_messages)
                _messages.Add(line);
        }
    }
}
