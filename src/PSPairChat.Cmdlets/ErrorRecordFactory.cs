using System;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Creates the error records of engine errors.</summary>
internal static class ErrorRecordFactory
{
    /// <summary>Creates an error record. The name of the reason is its error id.</summary>
    /// <param name="exception">The engine error.</param>
    /// <param name="target">The object that was processed when the error occurred.</param>
    /// <param name="recommendedAction">What the user can do about the error; null for the default.</param>
    public static ErrorRecord Create(ChatException exception, object? target, string? recommendedAction = null) =>
        new(exception, exception.Reason.ToString(), GetCategory(exception.Reason), target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = recommendedAction ?? exception.RecommendedAction ?? GetRecommendedAction(exception) },
        };

    private static ErrorCategory GetCategory(ChatErrorReason reason) => reason switch
    {
        ChatErrorReason.NotYourTurn or ChatErrorReason.YourTurn or ChatErrorReason.NoPeer or ChatErrorReason.NotARoom or ChatErrorReason.NotAServer
            or ChatErrorReason.RoomRequired or ChatErrorReason.NotSupported or ChatErrorReason.ResumeNotSupported
            or ChatErrorReason.EventSubscribed => ErrorCategory.InvalidOperation,
        ChatErrorReason.MessageTooLong or ChatErrorReason.MessageEmpty or ChatErrorReason.MessageInvalid or ChatErrorReason.JsonInvalid
            or ChatErrorReason.HandleInvalid or ChatErrorReason.DialectInvalid
            or ChatErrorReason.SessionNameInvalid or ChatErrorReason.InvalidRoomName or ChatErrorReason.PatternInvalid => ErrorCategory.InvalidArgument,
        ChatErrorReason.HandleTaken or ChatErrorReason.PortInUse => ErrorCategory.ResourceExists,
        ChatErrorReason.SessionClosed or ChatErrorReason.PeerQuit => ErrorCategory.ResourceUnavailable,
        ChatErrorReason.HostNotFound or ChatErrorReason.ConnectFailed or ChatErrorReason.PeerDisconnected => ErrorCategory.ConnectionError,
        ChatErrorReason.ReceiveTimedOut or ChatErrorReason.SendTimedOut or ChatErrorReason.ConnectTimedOut => ErrorCategory.OperationTimeout,
        ChatErrorReason.SessionNotFound or ChatErrorReason.DialectNotFound or ChatErrorReason.MemberNotFound or ChatErrorReason.RoomNotFound
            or ChatErrorReason.PathNotFound or ChatErrorReason.KeyNotFound => ErrorCategory.ObjectNotFound,
        ChatErrorReason.PermissionDenied => ErrorCategory.PermissionDenied,
        ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation => ErrorCategory.ProtocolError,
        ChatErrorReason.InboxFull or ChatErrorReason.RoomFull => ErrorCategory.LimitsExceeded,
        ChatErrorReason.ExpectationFailed => ErrorCategory.InvalidResult,
        ChatErrorReason.ScriptInvalid => ErrorCategory.ParserError,
        ChatErrorReason.TranscriptFailed => ErrorCategory.OpenError,
        ChatErrorReason.InviteInvalid or ChatErrorReason.FingerprintInvalid or ChatErrorReason.AddressInvalid
            or ChatErrorReason.BackplaneInvalid => ErrorCategory.InvalidArgument,
        ChatErrorReason.BackplaneFailed => ErrorCategory.ConnectionError,
        ChatErrorReason.InviteRefused => ErrorCategory.AuthenticationError,
        ChatErrorReason.ServerKeyMismatch or ChatErrorReason.ServerKeyUnknown or ChatErrorReason.ServerKeyChanged or ChatErrorReason.SecureHandshakeFailed
            or ChatErrorReason.KeyInvalid => ErrorCategory.SecurityError,
        ChatErrorReason.ServerNotSecure or ChatErrorReason.ServerRequiresSecure or ChatErrorReason.ClientUsesTls => ErrorCategory.ProtocolError,
        ChatErrorReason.NotSecure => ErrorCategory.InvalidOperation,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "The reason has no category."),
    };

    private static string GetRecommendedAction(ChatException exception) => (exception.Reason, exception.OptionName) switch
    {
        (ChatErrorReason.MessageTooLong, "Dialect") => "Send the text as several messages.",
        (ChatErrorReason.MessageTooLong, "Reason") => "Specify a shorter -Reason.",
        (ChatErrorReason.MessageInvalid, "Dialect") => "Send a different text, or open the session with another -Dialect, if the peer supports one.",
        (ChatErrorReason.HandleInvalid, "To") => "Run Get-ChatMember to list the members.",
        (ChatErrorReason.ExpectationFailed, "Pattern") => "Simplify the regular expression.",
        (ChatErrorReason.ScriptInvalid, "Variable") => "Specify a value for the placeholder with -Variable, or correct the script at the indicated line.",
        (ChatErrorReason.ScriptInvalid, "Handle") => "Specify the handle whose lines are sent with -Handle, or correct the script at the indicated line.",
        (ChatErrorReason.ScriptInvalid, "TurnOrder") => "Open both sessions with -TurnOrder Free, or correct the script at the indicated line.",
        (ChatErrorReason.ScriptInvalid, "Dialect") =>
            "Begin the script with a line of the other side, or open the session with a -Dialect in which this side sends first.",
        (ChatErrorReason.ScriptInvalid, "MaxMessageLength") => "Shorten the text at the indicated line, or specify a larger -MaxMessageLength when you open the session.",
        _ => GetRecommendedAction(exception.Reason),
    };

    private static string GetRecommendedAction(ChatErrorReason reason) => reason switch
    {
        ChatErrorReason.NotYourTurn => "Receive the peer's message with Receive-ChatMessage first, or open both sessions with -TurnOrder Free.",
        ChatErrorReason.YourTurn => "Send a message with Send-ChatMessage, or run Receive-ChatMessage -Wait to wait for the end of the session.",
        ChatErrorReason.NoPeer => "Run Receive-ChatMessage to wait for a client.",
        ChatErrorReason.MessageTooLong => "Send the text as several messages, or specify a larger -MaxMessageLength when you open the session.",
        ChatErrorReason.MessageEmpty => "Specify at least one character.",
        ChatErrorReason.MessageInvalid => "Send each line as a separate message, without NUL characters and unpaired surrogates.",
        ChatErrorReason.JsonInvalid => "Receive the message without -FromJson.",
        ChatErrorReason.HandleInvalid => "Specify a -Handle that follows the rule in the message, or a larger -MaxHandleLength if it is too long.",
        ChatErrorReason.HandleTaken => "Specify a different -Handle.",
        ChatErrorReason.PortInUse => "Specify a different -Port, or 0 for any free port.",
        ChatErrorReason.SessionClosed => "Open a new session with Connect-ChatServer or Start-ChatServer.",
        ChatErrorReason.PeerQuit => "Open a new session with Connect-ChatServer, or run Receive-ChatMessage at a server to wait for the next client.",
        ChatErrorReason.HostNotFound => "Verify the spelling of -HostName.",
        ChatErrorReason.ConnectFailed => "Verify that the server is running and that -HostName and -Port are correct.",
        ChatErrorReason.PeerDisconnected => "Connect again with Connect-ChatServer, or run Receive-ChatMessage at a server to wait for the next client.",
        ChatErrorReason.ReceiveTimedOut => "Run the command again, or specify a larger -TimeoutSeconds.",
        ChatErrorReason.SendTimedOut => "Verify that the peer receives messages, or disconnect with Disconnect-ChatSession.",
        ChatErrorReason.ConnectTimedOut => "Verify -HostName and the firewalls between the hosts, or specify a larger -TimeoutSeconds.",
        ChatErrorReason.MemberNotFound => "Run Get-ChatMember to list the members.",
        ChatErrorReason.SessionNotFound => "Run Get-ChatSession to list the open sessions.",
        ChatErrorReason.DialectNotFound => "Run Get-ChatDialect to list the built-in dialects, or create a dialect with New-ChatDialect.",
        ChatErrorReason.DialectInvalid => "Correct the parameters of New-ChatDialect that the message describes.",
        ChatErrorReason.LineTooLong or ChatErrorReason.ProtocolViolation => "Verify that the peer is a chat program, and specify its dialect with -Dialect.",
        ChatErrorReason.InboxFull => "Receive the deferred messages with Receive-ChatMessage, and then wait again.",
        ChatErrorReason.EventSubscribed => "Unregister the event with Unregister-Event, or handle the messages in its action.",
        ChatErrorReason.ExpectationFailed => "Compare the Expected and Actual properties of the result.",
        ChatErrorReason.ScriptInvalid => "Correct the script at the indicated line.",
        ChatErrorReason.SessionNameInvalid => "Specify a -Name with a letter that no open session has, or omit -Name.",
        ChatErrorReason.TranscriptFailed => "Specify a writable file in an existing directory for -TranscriptPath.",
        ChatErrorReason.InviteInvalid => "Copy the whole invite, from 'pairchat://' to the end of the line.",
        ChatErrorReason.InviteRefused => "Ask the host of the server for a new invite.",
        ChatErrorReason.ServerKeyMismatch => "Do not connect unless the host of the server confirms the fingerprint over a channel that you trust.",
        ChatErrorReason.ServerKeyUnknown =>
            "Compare the fingerprint with the one that the host of the server gets from Get-ChatKey, and then specify it with -Fingerprint, or specify -AcceptNewKey.",
        ChatErrorReason.ServerKeyChanged => "Ask the host of the server whether the key was replaced, and then remove the line from the file.",
        ChatErrorReason.ServerNotSecure => "Verify -Port, or connect without -Secure and -Invite if the conversation needs no encryption.",
        ChatErrorReason.ServerRequiresSecure => "Connect with -Invite and an invite of the host of the server, or with -Secure.",
        ChatErrorReason.ClientUsesTls => "Start the server with -Secure, or connect without -Secure.",
        ChatErrorReason.SecureHandshakeFailed => "Verify that both ends support TLS 1.2 or later and that no proxy terminates the connection.",
        ChatErrorReason.KeyInvalid => "Correct the permissions of the key file, or replace the key with New-ChatKey -Force.",
        ChatErrorReason.KeyNotFound => "Run Get-ChatTrustedKey to list the trusted keys.",
        ChatErrorReason.FingerprintInvalid => "Copy the whole fingerprint, from 'SHA256:' on.",
        ChatErrorReason.AddressInvalid => "Specify an address such as 192.0.2.1 or a range such as 192.168.0.0/16.",
        ChatErrorReason.NotSecure => "Specify a session that Start-ChatServer -Secure returned.",
        ChatErrorReason.NotARoom => "Specify the session of a room; run Get-ChatSession to list the open sessions.",
        ChatErrorReason.NotAServer => "Close a client session with Disconnect-ChatSession.",
        ChatErrorReason.RoomRequired => "Specify the name of the room in the message with -Room.",
        ChatErrorReason.InvalidRoomName => "Specify a -Room that follows the rule in the message.",
        ChatErrorReason.RoomNotFound => "Specify the name of the room in the message with -Room.",
        ChatErrorReason.RoomFull => "Try again when a member has left, or start the room with a larger -MaxMembers.",
        ChatErrorReason.BackplaneInvalid => "Specify a URL such as redis://:password@host:6379/0 for -Backplane.",
        ChatErrorReason.BackplaneFailed => "Verify that the Redis server is running and that -Backplane is correct; Get-ChatBackplane displays the connection of a room.",
        ChatErrorReason.PatternInvalid => "Correct the regular expression, or match a literal text with -Like.",
        ChatErrorReason.PathNotFound => "Specify the path of an existing file.",
        ChatErrorReason.PermissionDenied => "Specify a -Port from 1024 through 65535, or 0 for any free port.",
        ChatErrorReason.NotSupported => "Omit -To to send the message to all members.",
        ChatErrorReason.ResumeNotSupported => "Omit -Resume to use a session that ends when its connection is lost.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "The reason has no recommended action."),
    };
}
