using System;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>The one place where what went wrong in the engine becomes an error record.</summary>
internal static class ErrorRecordFactory
{
    /// <summary>Makes the record: the reason's name as its id, a category, the target, and what to do next.</summary>
    public static ErrorRecord Create(ChatException exception, object? target) =>
        new(exception, exception.Reason.ToString(), GetCategory(exception.Reason), target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = GetRecommendedAction(exception.Reason) },
        };

    /// <summary>Whether nothing can follow this error: there is no connection, or no session.</summary>
    public static bool IsTerminating(ChatErrorReason reason) => reason
        is ChatErrorReason.NoPeer or ChatErrorReason.SessionClosed or ChatErrorReason.SessionNotFound
        or ChatErrorReason.PeerQuit or ChatErrorReason.PeerDisconnected or ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation
        or ChatErrorReason.DialectNotFound or ChatErrorReason.DialectInvalid
        or ChatErrorReason.HandleInvalid or ChatErrorReason.HandleTaken or ChatErrorReason.PortInUse
        or ChatErrorReason.HostNotFound or ChatErrorReason.ConnectFailed or ChatErrorReason.ConnectTimedOut or ChatErrorReason.TranscriptFailed;

    private static ErrorCategory GetCategory(ChatErrorReason reason) => reason switch
    {
        ChatErrorReason.NotYourTurn or ChatErrorReason.YourTurn or ChatErrorReason.NoPeer => ErrorCategory.InvalidOperation,
        ChatErrorReason.MessageTooLong or ChatErrorReason.MessageEmpty or ChatErrorReason.MessageInvalid
            or ChatErrorReason.HandleInvalid or ChatErrorReason.DialectInvalid => ErrorCategory.InvalidArgument,
        ChatErrorReason.HandleTaken or ChatErrorReason.PortInUse => ErrorCategory.ResourceExists,
        ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit => ErrorCategory.ResourceUnavailable,
        ChatErrorReason.HostNotFound or ChatErrorReason.ConnectFailed or ChatErrorReason.PeerDisconnected => ErrorCategory.ConnectionError,
        ChatErrorReason.ReceiveTimedOut or ChatErrorReason.ConnectTimedOut => ErrorCategory.OperationTimeout,
        ChatErrorReason.SessionNotFound or ChatErrorReason.DialectNotFound or ChatErrorReason.MemberNotFound => ErrorCategory.ObjectNotFound,
        ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation => ErrorCategory.ProtocolError,
        ChatErrorReason.InboxFull => ErrorCategory.LimitsExceeded,
        ChatErrorReason.ExpectationFailed => ErrorCategory.InvalidResult,
        ChatErrorReason.ScriptInvalid => ErrorCategory.ParserError,
        ChatErrorReason.TranscriptFailed => ErrorCategory.OpenError,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without a category."),
    };

    private static string GetRecommendedAction(ChatErrorReason reason) => reason switch
    {
        ChatErrorReason.NotYourTurn => "Receive the other end's message first (Receive-ChatMessage), or open both ends with -TurnOrder Free.",
        ChatErrorReason.YourTurn => "Say something (Send-ChatMessage), or wait for an ending with -Wait.",
        ChatErrorReason.NoPeer => "Wait for the next client with Receive-ChatMessage.",
        ChatErrorReason.MessageTooLong => "Shorten it, send it in parts, or raise -MaxMessageLength when the session is opened.",
        ChatErrorReason.MessageEmpty => "Say at least one character.",
        ChatErrorReason.MessageInvalid => "Send the lines one by one, without what the peer's dialect cannot carry.",
        ChatErrorReason.HandleInvalid => "Choose another -Handle, or raise -MaxHandleLength.",
        ChatErrorReason.HandleTaken => "Choose another -Handle.",
        ChatErrorReason.PortInUse => "Choose another -Port, or 0 for any free one.",
        ChatErrorReason.SessionClosed => "Open a new one with Connect-ChatServer or Start-ChatServer.",
        ChatErrorReason.PeerQuit => "A client session is over; at a server, Receive-ChatMessage waits for the next client.",
        ChatErrorReason.HostNotFound => "Check the spelling of -HostName.",
        ChatErrorReason.ConnectFailed => "Check that the server runs there and that -Port is right.",
        ChatErrorReason.PeerDisconnected => "What was received whole before is not lost; connect again to go on.",
        ChatErrorReason.ReceiveTimedOut => "The session goes on: receive again, or allow more -TimeoutSeconds.",
        ChatErrorReason.ConnectTimedOut => "Check the host and any firewall on the way, or allow more -TimeoutSeconds.",
        ChatErrorReason.MemberNotFound => "Get-ChatMember lists who is there.",
        ChatErrorReason.SessionNotFound => "Get-ChatSession lists the open ones.",
        ChatErrorReason.DialectNotFound => "Get-ChatDialect lists them; New-ChatDialect makes one of your own.",
        ChatErrorReason.DialectInvalid => "Change what New-ChatDialect is given.",
        ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation => "The other end does not speak a chat dialect known here.",
        ChatErrorReason.InboxFull => "Take what is kept with Receive-ChatMessage, then wait again.",
        ChatErrorReason.ExpectationFailed => "The result shows the exchange with the failing line marked.",
        ChatErrorReason.ScriptInvalid => "Mend the script at that place; Get-Help Invoke-ChatScript tells what is special in it. What cannot be read is refused before anything is sent.",
        ChatErrorReason.TranscriptFailed => "Check that the folder of -TranscriptPath exists and that the file may be written.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without advice."),
    };
}
