using System;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Rooms;

/// <summary>Carries out the calls of the host of a room. Each waits until its entry has come back from the log. Can be called on any thread.</summary>
internal sealed class RoomHost(
    RoomSession session, RoomEventLoop loop, RoomSendScheduler scheduler, IRoomBackplane backplane, NicknameRegistry<RoomMembership> registry)
{
    private const int AppendTimeout = 10_000;

    /// <summary>Sends a message to all members, or to one.</summary>
    /// <exception cref="ChatException">MemberNotFound: no member has that nickname. BackplaneFailed or SendTimedOut: the message is not in the log.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void Send(string text, string? to, CancellationToken cancellationToken)
    {
        scheduler.WaitForBacklog(cancellationToken);
        Append(() => new RoomEntry(to is null ? RoomEntryKind.Message : RoomEntryKind.PrivateMessage, null, session.Handle, text)
        {
            Recipient = to is null ? null : GetMember(to),
            To = to,
        }, cancellationToken);
    }

    /// <summary>Removes a member, at whichever server it is.</summary>
    /// <exception cref="ChatException">MemberNotFound: no member has that nickname. BackplaneFailed or SendTimedOut: the removal is not in the log.</exception>
    public void Remove(string handle, string? reason) => Append(() => new RoomEntry(
        RoomEntryKind.Removal, null, session.Handle, reason is null ? session.Handle : $"{session.Handle} ({DisplayText.Sanitize(reason)})")
    {
        Recipient = GetMember(handle),
    }, CancellationToken.None);

    private RoomMembership GetMember(string handle) => registry.Find(handle)
        ?? throw new ChatException(ChatErrorReason.MemberNotFound, session.FormatMemberNotFound(handle));

    private void Append(Func<RoomEntry> create, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Invoke(() =>
        {
            if (!backplane.TryAppend(create() with { Origin = completion }))
                throw new ChatException(ChatErrorReason.BackplaneFailed, "Not sent: too many messages wait for the connection to the backplane.");
        });
        try
        {
            if (completion.Task.Wait(AppendTimeout, cancellationToken))
                return;
        }
        catch (AggregateException)
        {
            completion.Task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            backplane.TryWithdraw(completion);
            throw;
        }
        throw backplane.TryWithdraw(completion)
            ? new ChatException(ChatErrorReason.BackplaneFailed, "Not sent: the room is not connected to the backplane.")
            : new ChatException(ChatErrorReason.SendTimedOut, "The backplane has not confirmed the message. It may still be sent.");
    }
}
