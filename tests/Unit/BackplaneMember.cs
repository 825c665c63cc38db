using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace PSPairChat.Unit;

/// <summary>A member without a program: lines over TCP, without a thread of its own.</summary>
internal sealed class BackplaneMember : RecordingMember
{
    private static readonly TimeSpan JoinInterval = TimeSpan.FromMilliseconds(20);

    private readonly bool _recordsPresence;
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BackplaneMember(string handle, int port, bool recordsPresence)
        : base(handle)
    {
        _recordsPresence = recordsPresence;
        _client.Connect(IPAddress.Loopback, port);
        Send(handle);
        Completion = ReadAsync();
    }

    /// <summary>Gets a task that ends when the connection does.</summary>
    public Task Completion { get; }

    /// <summary>Gets the line with which the server accepted or refused the nickname.</summary>
    public string Answer { get; private set; } = "";

    /// <summary>Gets whether the nickname was accepted.</summary>
    public bool HasJoined => IsReady(Answer);

    /// <summary>Joins a room. If the nickname is taken, tries again until it is not.</summary>
    /// <param name="handle">The nickname.</param>
    /// <param name="port">The port of the server.</param>
    /// <param name="timeout">The maximum time to wait.</param>
    /// <param name="recordsPresence">Whether to record, as messages, that members join and leave.</param>
    public static async Task<BackplaneMember> JoinAsync(string handle, int port, TimeSpan timeout, bool recordsPresence = false)
    {
        for (var deadline = DateTime.UtcNow + timeout; DateTime.UtcNow < deadline; await Task.Delay(JoinInterval).ConfigureAwait(false))
        {
            var member = await ConnectAsync(handle, port, timeout, recordsPresence).ConfigureAwait(false);
            if (member.HasJoined)
                return member;
            member.Dispose();
        }
        throw new TimeoutException($"{handle} could not join.");
    }

    /// <summary>Connects to a room, and waits until the nickname is accepted or refused.</summary>
    public static async Task<BackplaneMember> ConnectAsync(string handle, int port, TimeSpan timeout, bool recordsPresence = false)
    {
        var member = new BackplaneMember(handle, port, recordsPresence);
        member.Answer = await member._answer.Task.WaitAsync(timeout).ConfigureAwait(false);
        return member;
    }

    /// <summary>Ends the connection after what was sent.</summary>
    public void Leave() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection: what the server has not read is lost.</summary>
    public void Cut()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public override void Send(string text) => _client.GetStream().Write(Encoding.UTF8.GetBytes(text + "\n"));

    public override void Dispose() => _client.Dispose();

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
        _answer.TrySetResult("The connection was closed.");
    }

    private static bool IsReady(string line) => line.StartsWith("READY ", StringComparison.Ordinal);

    private void OnLine(string line)
    {
        if (IsReady(line) || line.StartsWith("RETRY ", StringComparison.Ordinal) || line.StartsWith("BYE ", StringComparison.Ordinal))
        {
            _answer.TrySetResult(line);
        }
        else if (line.StartsWith("* Message not sent", StringComparison.Ordinal))
        {
            RefusedCount++;
        }
        else if (line[0] is not '*' and not '[' ? line.Contains("> ", StringComparison.Ordinal) : _recordsPresence && line[0] == '*')
        {
            Add(line);
        }
    }
}
