using System.Globalization;

namespace PSPairChat.Scripting;

/// <summary>A script that is refused: where, and why.</summary>
internal static class ScriptError
{
    public static ChatException Create(int line, int column, string why) => new(
        ChatErrorReason.ScriptInvalid, string.Format(CultureInfo.InvariantCulture, "Line {0}, column {1}: {2}", line, column, why))
    {
        Data = { ["Line"] = line, ["Column"] = column },
    };
}
