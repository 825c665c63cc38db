using System;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>Connects a client again after each loss: at once, then after delays of up to 5 seconds. It has a thread only while it does.</summary>
/// <param name="serverCount">The number of servers, which are tried in turn.</param>
/// <param name="attempt">Makes one attempt.</param>
internal sealed class Reconnector(int serverCount, Reconnector.Attempt attempt)
{
    private static readonly int[] DelayMilliseconds = [0, 250, 500, 1000, 2000, 5000];
    private static readonly TimeSpan MinAttemptTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes one attempt to connect again.</summary>
    /// <param name="state">What this end has received.</param>
    /// <param name="number">The number of the attempt since the loss, from 0.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The new transport and the answer of the server; null if the server does not have the session any more.</returns>
    /// <exception cref="ChatException">The attempt failed; a later one may succeed.</exception>
    public delegate (TransportConnection Transport, ResumeAnswer Answer)? Attempt(ResumeState state, int number, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Starts to connect again.</summary>
    public void Start(ResumableConnection connection) =>
        Task.Factory.StartNew(() => Run(connection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(ResumableConnection connection)
    {
        for (var count = 0; connection.IsReconnecting; count++)
        {
            var delay = DelayMilliseconds[Math.Min(count / serverCount, DelayMilliseconds.Length - 1)];
            if (connection.Ended.WaitHandle.WaitOne(delay))
                return;
            try
            {
                if (TryResume(connection, count, MinAttemptTimeout + TimeSpan.FromMilliseconds(delay)))
                    return;
            }
            catch (Exception e)
            {
                // No caller awaits this thread. Of the expected errors, none is final: the network may be another one in a moment.
                connection.OnReconnectFailed(e, isFinal: e is not (ChatException or OperationCanceledException or ConnectionLostException));
            }
        }
    }

    private bool TryResume(ResumableConnection connection, int number, TimeSpan timeout)
    {
        if (!connection.TryDetach(out var received))
            return false;
        var state = new ResumeState(received, connection.LogPosition, connection.SentBytes.Acknowledged);
        if (attempt(state, number, timeout, connection.Ended) is not { } resumed)
        {
            // Another server may continue the session.
            connection.OnReconnectFailed(new InvalidOperationException("The peer has ended the session."), isFinal: serverCount == 1);
            return serverCount == 1;
        }
        if (connection.TryAttach(resumed.Transport, resumed.Answer.PeerReceived, resumed.Answer.IsOtherServer))
            return true;
        resumed.Transport.Dispose();
        return false;
    }
}
