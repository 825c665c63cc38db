using System.Globalization;

namespace PSPairChat.Scripting;

/// <summary>Creates exceptions for errors in scripts.</summary>
internal static class ScriptError
{
    /// <summary>Creates an exception with line and column in its message and in its data.</summary>
    public static ChatException Create(int line, int column, string message) => new(
        ChatErrorReason.ScriptInvalid, string.Format(CultureInfo.InvariantCulture, "Line {0}, column {1}: {2}", line, column, message))
    {
        Data = { ["Line"] = line, ["Column"] = column },
    };
}
