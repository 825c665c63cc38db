using System.Collections.Generic;

namespace PSPairChat;

/// <summary>How one end of a dialect speaks. A message is, in this order: the length, the handle and its separator, the text, the ending, the padding.</summary>
public sealed record ChatDialectSide
{
    /// <summary>
    /// What this end says before any message; empty for nothing. <c>{handle}</c> stands for its handle and <c>{port}</c> for the server's port as the client
    /// dialled it. It goes out as it is, without length, ending and padding.
    /// </summary>
    public string Greeting { get; init; } = "";

    /// <summary>What stands between the handle and the text; empty where messages carry no handle.</summary>
    public string Separator { get; init; } = "";

    /// <summary>How the length is told before a message.</summary>
    public ChatLengthPrefix LengthPrefix { get; init; }

    /// <summary>What follows the text: a line feed, a NUL, an end mark; empty for nothing.</summary>
    public string Terminator { get; init; } = "";

    /// <summary>To how many bytes a message is padded with NULs; 0 for no padding.</summary>
    public int FixedLength { get; init; }

    /// <summary>What this end says to leave, after which it closes; <c>{handle}</c> stands for its handle. Empty where it just closes.</summary>
    public string QuitCommand { get; init; } = @"\quit";

    /// <summary>The most bytes of one message with all that is around it but padding; 0 for no limit of the dialect's own.</summary>
    public int MaxBytes { get; init; }

    /// <summary>The most characters (Unicode scalar values) of a text; 0 for no limit of the dialect's own.</summary>
    public int MaxCharacters { get; init; }

    /// <summary>What is not left out, in a line.</summary>
    public override string ToString() => string.Join(", ", GetParts());

    /// <summary>Whether nothing marks the end of a message but that nothing follows.</summary>
    internal bool IsUnterminated => LengthPrefix == ChatLengthPrefix.None && Terminator.Length == 0 && FixedLength == 0;

    private IEnumerable<string> GetParts()
    {
        if (Greeting.Length > 0)
            yield return $"opens with '{Format(Greeting)}'";
        if (LengthPrefix != ChatLengthPrefix.None)
            yield return $"length as {LengthPrefix}";
        if (Separator.Length > 0)
            yield return $"handle and '{Separator}'";
        if (Terminator.Length > 0)
            yield return $"ends with '{Format(Terminator)}'";
        if (FixedLength > 0)
            yield return $"padded to {FixedLength} bytes";
        if (MaxBytes > 0)
            yield return $"at most {MaxBytes} bytes";
        if (MaxCharacters > 0)
            yield return $"at most {MaxCharacters} characters";
        yield return QuitCommand.Length > 0 ? $"leaves with '{QuitCommand}'" : "just closes";
    }

    private static string Format(string text) => text.Replace("\n", "\\n").Replace("\r", "\\r").Replace("\0", "\\0");
}
