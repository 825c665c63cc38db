namespace PSPairChat.Terminal;

/// <summary>Specifies an editing command, by its name in GNU readline and PSReadLine.</summary>
internal enum EditCommand
{
    /// <summary>No command.</summary>
    None,

    /// <summary>Inserts text: one character, or pasted text without line breaks.</summary>
    SelfInsert,

    /// <summary>Accepts the line.</summary>
    AcceptLine,

    /// <summary>Moves back one character.</summary>
    BackwardChar,

    /// <summary>Moves forward one character.</summary>
    ForwardChar,

    /// <summary>Moves back to the start of the current or previous word.</summary>
    BackwardWord,

    /// <summary>Moves forward to the end of the current or next word.</summary>
    ForwardWord,

    /// <summary>Moves to the start of the line.</summary>
    BeginningOfLine,

    /// <summary>Moves to the end of the line.</summary>
    EndOfLine,

    /// <summary>Shows the previous line of the history.</summary>
    PreviousHistory,

    /// <summary>Shows the next line of the history.</summary>
    NextHistory,

    /// <summary>Deletes the character before the cursor.</summary>
    BackwardDeleteChar,

    /// <summary>Deletes the character at the cursor.</summary>
    DeleteChar,

    /// <summary>Kills the word before the cursor, up to white space.</summary>
    UnixWordRubout,

    /// <summary>Kills the word before the cursor.</summary>
    BackwardKillWord,

    /// <summary>Kills the word after the cursor.</summary>
    KillWord,

    /// <summary>Kills the text before the cursor.</summary>
    BackwardKillLine,

    /// <summary>Kills the text from the cursor to the end of the line.</summary>
    KillLine,

    /// <summary>Inserts the text that was killed last.</summary>
    Yank,

    /// <summary>Completes the word before the cursor (Tab).</summary>
    Complete,

    /// <summary>Leaves the chat and keeps the session (Ctrl+]).</summary>
    Detach,

    /// <summary>Clears the screen.</summary>
    ClearScreen,

    /// <summary>Renders the line again, because other programs have written to the terminal.</summary>
    RedrawCurrentLine,

    /// <summary>Ends the chat (Ctrl+C).</summary>
    Interrupt,

    /// <summary>Ends the input if the line is empty; otherwise, deletes the character at the cursor (Ctrl+D).</summary>
    DeleteCharOrExit,
}
