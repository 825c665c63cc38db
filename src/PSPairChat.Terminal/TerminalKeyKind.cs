namespace PSPairChat.Terminal;

/// <summary>What a key means to whoever types a line.</summary>
internal enum TerminalKeyKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text, of one key or of a paste, without line breaks.</summary>
    Text,

    /// <summary>The line is done.</summary>
    Enter,

    /// <summary>Back one character.</summary>
    Left,

    /// <summary>On one character.</summary>
    Right,

    /// <summary>Back to the beginning of a word.</summary>
    BackwardWord,

    /// <summary>On to the end of a word.</summary>
    ForwardWord,

    /// <summary>To the beginning of the line.</summary>
    Home,

    /// <summary>To the end of the line.</summary>
    End,

    /// <summary>The line before in the history.</summary>
    Up,

    /// <summary>The line after in the history.</summary>
    Down,

    /// <summary>Takes the character before the cursor away.</summary>
    Backspace,

    /// <summary>Takes the character at the cursor away.</summary>
    Delete,

    /// <summary>Cuts back to the blank before the cursor.</summary>
    UnixWordRubout,

    /// <summary>Cuts back to the beginning of the word.</summary>
    BackwardKillWord,

    /// <summary>Cuts on to the end of the word.</summary>
    KillWord,

    /// <summary>Cuts everything before the cursor.</summary>
    BackwardKillLine,

    /// <summary>Cuts everything from the cursor on.</summary>
    KillLine,

    /// <summary>Puts in what was cut last.</summary>
    Yank,

    /// <summary>Clears the screen.</summary>
    ClearScreen,

    /// <summary>Ctrl+C.</summary>
    Interrupt,

    /// <summary>Ctrl+D: the end of the input on an empty line, <see cref="Delete"/> on another.</summary>
    DeleteCharOrExit,
}
