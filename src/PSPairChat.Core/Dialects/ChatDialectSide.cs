using System.Collections.Generic;

namespace PSPairChat;

/// <summary>
/// Describes the format of what one side of a dialect sends. A message consists of length, handle, separator, text, terminator and padding, in this order.
/// Immutable.
/// </summary>
public sealed record ChatDialectSide
{
    /// <summary>
    /// Gets the text that is sent before any message; empty for none. <c>{handle}</c> is replaced with the handle of the side, <c>{port}</c> with the port to
    /// which the client connects. A greeting is sent without length, terminator and padding.
    /// </summary>
    public string Greeting { get; init; } = "";

    /// <summary>Gets the separator between the handle and the text; empty if messages have no handle.</summary>
    public string Separator { get; init; } = "";

    /// <summary>Gets the format of the length before a message.</summary>
    public ChatLengthPrefix LengthPrefix { get; init; }

    /// <summary>Gets what follows the text, such as a line feed, a NUL or a delimiter; empty for nothing.</summary>
    public string Terminator { get; init; } = "";

    /// <summary>Gets the length in bytes to which messages are padded with NULs; 0 for no padding.</summary>
    public int FixedLength { get; init; }

    /// <summary>
    /// Gets the text that is sent before the connection is closed; empty if it is closed without one. <c>{handle}</c> is replaced with the handle of the side.
    /// </summary>
    public string QuitCommand { get; init; } = @"\quit";

    /// <summary>Gets the maximum length of a message in bytes, including everything but the padding; 0 for no limit.</summary>
    public int MaxBytes { get; init; }

    /// <summary>Gets the maximum length of a text in characters (Unicode scalar values); 0 for no additional limit.</summary>
    public int MaxCharacters { get; init; }

    /// <summary>Returns a short description of the format.</summary>
    public override string ToString() => string.Join(", ", GetParts());

    /// <summary>Gets whether only a pause shows where a message ends.</summary>
    internal bool IsUnterminated => LengthPrefix == ChatLengthPrefix.None && Terminator.Length == 0 && FixedLength == 0;

    private IEnumerable<string> GetParts()
    {
        if (Greeting.Length > 0)
            yield return $"greeting '{Escape(Greeting)}'";
        if (LengthPrefix != ChatLengthPrefix.None)
            yield return $"length as {LengthPrefix}";
        if (Separator.Length > 0)
            yield return $"handle and '{Separator}'";
        if (Terminator.Length > 0)
            yield return $"terminator '{Escape(Terminator)}'";
        if (FixedLength > 0)
            yield return $"padded to {FixedLength} bytes";
        if (MaxBytes > 0)
            yield return $"at most {MaxBytes} bytes";
        if (MaxCharacters > 0)
            yield return $"at most {MaxCharacters} characters";
        yield return QuitCommand.Length > 0 ? $"quits with '{QuitCommand}'" : "quits by closing the connection";
    }

    private static string Escape(string text) => text.Replace("\n", "\\n").Replace("\r", "\\r").Replace("\0", "\\0");
}
