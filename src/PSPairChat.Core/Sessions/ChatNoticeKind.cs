namespace PSPairChat;

/// <summary>For whom a notice is.</summary>
public enum ChatNoticeKind
{
    /// <summary>Who came and who left: for everybody.</summary>
    Presence,

    /// <summary>What did not go well, though the session goes on: for everybody.</summary>
    Warning,

    /// <summary>What the session does and why: for whoever wants the story.</summary>
    Lifecycle,

    /// <summary>The bytes on the wire: for whoever looks for a fault.</summary>
    Frame,
}
