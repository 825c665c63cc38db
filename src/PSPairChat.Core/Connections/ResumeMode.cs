namespace PSPairChat;

/// <summary>Specifies which sessions can be resumed after the loss of their connection.</summary>
public enum ResumeMode : long
{
    /// <summary>Those with an invite or a trusted key, if both ends can.</summary>
    Auto,

    /// <summary>All secure sessions. At a client, connecting fails if the server cannot resume; at a server, clients that are not authenticated can resume too.</summary>
    Always,

    /// <summary>None.</summary>
    Never,
}
