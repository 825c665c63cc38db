namespace PSPairChat;

/// <summary>Specifies the kind of a notice.</summary>
public enum ChatNoticeKind : long
{
    /// <summary>A peer or member has connected or left.</summary>
    Presence,

    /// <summary>A problem after which the session continues.</summary>
    Warning,

    /// <summary>A detail of what the session does.</summary>
    Lifecycle,

    /// <summary>The bytes that were sent or received, for debugging.</summary>
    Frame,
}
