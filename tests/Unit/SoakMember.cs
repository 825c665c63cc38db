using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A member of a room that joins again and again, at any server, and whose messages are compared with the order of the room.</summary>
/// <param name="handle">The nickname.</param>
/// <param name="order">The order.</param>
internal sealed class SoakMember(string handle, RoomOrder order) : IDisposable
{
    private readonly List<Reception> _receptions = [];
    private Task<BackplaneMember>? _joining;
    private BackplaneServer? _server;
    private Reception? _current;
    private int _connectionCount;
    private int _sentCount;

    /// <summary>Gets whether the member has no connection.</summary>
    public bool IsAway => _current is null && _joining is null;

    /// <summary>Gets whether all that the member has received, and is to receive, was compared.</summary>
    public bool IsComplete => _joining is null && _receptions.TrueForAll(r => r == _current ? r.IsComplete : r.IsEmpty);

    /// <summary>Starts to join at a server.</summary>
    public void Join(BackplaneServer server, TimeSpan timeout)
    {
        _server = server;
        _joining = Task.Run(() => BackplaneMember.JoinAsync(handle, server.Port, timeout));
    }

    /// <summary>Sends the next message, if there is a connection.</summary>
    public bool TrySend()
    {
        if (_current is null)
            return false;
        _current.Member.Send($"{_connectionCount}.{_sentCount++}");
        return true;
    }

    /// <summary>Ends the connection, if there is one.</summary>
    /// <param name="isCut">Whether to reset the connection, so that the last messages may be lost.</param>
    public bool TryEnd(bool isCut)
    {
        if (_current is null)
            return false;
        if (isCut)
        {
            _current.Member.Cut();
        }
        else
        {
            SetSentCount();
            _current.Member.Leave();
        }
        _current = null;
        return true;
    }

    /// <summary>Declares that all messages sent so far must arrive.</summary>
    public void SetSentCount()
    {
        if (_current is not null)
            order.SetSentCount(handle, _connectionCount, _sentCount);
    }

    /// <summary>Handles that a server is about to stop: the last messages may be lost.</summary>
    public void OnServerStopping(BackplaneServer server)
    {
        if (_server != server)
            return;
        _server = null;
        _current = null;
    }

    /// <summary>Compares what was received, and ends a join that has completed.</summary>
    public void Check()
    {
        if (_joining is { IsCompleted: true })
            OnJoined(_joining);
        Assert.False(_current is not null && _current.Member.Completion.IsCompleted, $"{handle} was disconnected.");
        foreach (var reception in _receptions)
            reception.Check();
        foreach (var reception in _receptions.Where(r => r != _current && r.Member.Completion.IsCompleted && r.IsEmpty).ToList())
        {
            _receptions.Remove(reception);
            reception.Member.Dispose();
        }
    }

    public override string ToString() => $"{handle} ({string.Join("; ", _receptions)})";

    public void Dispose() => _receptions.ForEach(r => r.Member.Dispose());

    private void OnJoined(Task<BackplaneMember> joining)
    {
        _joining = null;
        if (!joining.IsCompletedSuccessfully)
        {
            Assert.True(_server is null, $"{handle} could not join: {joining.Exception}");
            return;
        }
        var reception = new Reception(handle, order, joining.Result);
        _receptions.Add(reception);
        _connectionCount++;
        _sentCount = 0;
        // The server may have been stopped meanwhile.
        _current = _server is null ? null : reception;
    }

    /// <summary>What one connection receives.</summary>
    private sealed class Reception(string handle, RoomOrder order, BackplaneMember member)
    {
        private readonly Queue<string> _lines = new();
        private int? _next;

        public BackplaneMember Member { get; } = member;

        public bool IsEmpty => _lines.Count == 0;

        public bool IsComplete => IsEmpty && (_next is null || order.IsComplete(handle, _next.Value));

        public void Check()
        {
            Assert.Equal(0, Member.RefusedCount);
            foreach (var line in Member.TakeMessages())
                _lines.Enqueue(line);
            while (_lines.TryPeek(out var line))
            {
                if ((_next ??= order.FindJoined(handle, line)) is not { } index || order.ThrowIfNotNext(handle, index, line) is not { } next)
                    return;
                _next = next;
                _lines.Dequeue();
            }
        }

        public override string ToString() => $"{_lines.Count} lines, next {_next}";
    }
}
