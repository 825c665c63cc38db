using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using PSPairChat.Security;

namespace PSPairChat.Unit;

/// <summary>A member with a session that continues at another server, on a thread of its own.</summary>
internal sealed class ContinuingMember : RecordingMember
{
    private readonly RoomMemberSession _session;

    /// <summary>Joins a room.</summary>
    /// <param name="handle">The nickname.</param>
    /// <param name="ports">The ports of the servers: first the one to connect to.</param>
    public ContinuingMember(string handle, params int[] ports)
        : base(handle)
    {
        _session = RoomMemberSession.Connect("127.0.0.1", ports[0], "lobby", new ChatOptions
        {
            Handle = handle,
            SecureClient = new SecureClientOptions { Fingerprint = UserKey.Load().Fingerprint.ToString() },
            Resume = new ResumeOptions { Mode = ResumeMode.Always },
            OtherServers = ports.Skip(1).Select(port => new DnsEndPoint("127.0.0.1", port)).ToArray(),
        }, timeout: TimeSpan.FromMinutes(1));
        Completion = Task.Factory.StartNew(Receive, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gets a task that ends when the session does.</summary>
    public Task Completion { get; }

    public override void Send(string text) => _session.Send(text);

    public override void Dispose()
    {
        _session.Dispose();
        Completion.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    private void Receive()
    {
        while (_session.Receive() is { } message)
        {
            Add($"{message.From}> {message.Text}");
            while (_session.TryDequeueNotice(out var notice))
                RefusedCount += notice.Text.StartsWith("Message not sent", StringComparison.Ordinal) ? 1 : 0;
        }
    }
}
