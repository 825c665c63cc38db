using System;
using System.Linq;
using PSPairChat.Messages;

namespace PSPairChat.Rooms;

/// <summary>Carries out what members type: nicknames, messages, commands. Used on the event loop only.</summary>
internal sealed class RoomCommandHandler(Room room, RoomSendScheduler scheduler, RoomProtocol protocol, RoomSession session, IRoomBackplane backplane)
{
    /// <summary>The commands of a room, for people.</summary>
    public const string Help =
        "Type a message to send it to all members. Commands: /who lists the members, /msg NICK TEXT sends a private message, "
        + "/say TEXT sends text that looks like a command, BYE or \\quit leaves the room.";

    /// <summary>Carries out the command in a frame. A member that sends anything else is disconnected.</summary>
    public void Handle(MemberConnection member, ArraySegment<byte> frame)
    {
        ClientCommand command;
        try
        {
            command = protocol.DecodeCommand(frame, joined: member.Handle is not null);
        }
        catch (FormatException)
        {
            room.Disconnect(member, "protocol error");
            return;
        }
        Dispatch(member, command);
    }

    private void Dispatch(MemberConnection member, ClientCommand command)
    {
        switch (command.Kind)
        {
            case ClientCommandKind.Nick:
                room.Registration.Register(member, command.Handle);
                break;
            case ClientCommandKind.Message:
                OnMessage(member, command.Text);
                break;
            case ClientCommandKind.PrivateMessage:
                OnPrivateMessage(member, command.Handle, command.Text);
                break;
            case ClientCommandKind.ListMembers:
                room.Send(member, room.CreateMemberList());
                break;
            case ClientCommandKind.Help:
                room.Send(member, new RoomEvent(RoomEventKind.Notice, Text: Help));
                break;
            case ClientCommandKind.Quit:
                room.OnQuit(member);
                break;
        }
    }

    private void OnMessage(MemberConnection member, string text)
    {
        if (TryFormat(member, text, out var displayText))
            Append(member, new RoomEntry(RoomEntryKind.Message, member.Member, member.Handle!, text) { DisplayText = displayText });
    }

    private void OnPrivateMessage(MemberConnection member, string to, string text)
    {
        if (!TryFormat(member, text, out var displayText))
            return;
        var isForHost = NicknameComparer.Instance.Equals(to, session.Handle) || backplane.OtherHosts.Contains(to, NicknameComparer.Instance);
        var recipient = isForHost ? null : room.FindMember(to);
        if (isForHost || recipient is not null)
        {
            Append(member, new RoomEntry(RoomEntryKind.PrivateMessage, member.Member, member.Handle!, text)
            {
                DisplayText = displayText,
                Recipient = recipient,
                To = to,
            });
        }
        else
        {
            room.Send(member, new RoomEvent(RoomEventKind.Notice, Text: session.FormatMemberNotFound(to)));
        }
    }

    private void Append(MemberConnection member, in RoomEntry entry)
    {
        scheduler.ApplyBackpressure(member, backplane.IsCongested);
        if (backplane.TryAppend(entry with { Origin = member, InputPosition = member.Input?.Position ?? 0 }))
            member.Input?.OnAppended();
        else
            room.Send(member, new RoomEvent(RoomEventKind.Notice, Text: "Message not sent: too many messages wait for the connection to the other servers."));
    }

    // Formats a message for display; returns false if it is too long, which its sender is notified of, or has nothing to display.
    private bool TryFormat(MemberConnection member, string text, out string displayText)
    {
        displayText = "";
        var length = MessageValidator.CountCharacters(text);
        if (length > session.Options.MaxMessageLength)
        {
            room.Send(member, new RoomEvent(RoomEventKind.Notice,
                Text: $"Message not sent: it has {length} characters, but the maximum is {session.Options.MaxMessageLength}."));
            return false;
        }
        displayText = DisplayText.Sanitize(text);
        return displayText.Length > 0;
    }
}
