using System.Globalization;

namespace PSPairChat.Scripting;

/// <summary>Creates exceptions for errors in scripts.</summary>
internal static class ScriptError
{
    /// <summary>Creates an exception with line and column in its message and in its data.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    /// <param name="message">The message.</param>
    /// <param name="optionName">The option whose value is an alternative to a correction of the script; null if there is none.</param>
    public static ChatException Create(int line, int column, string message, string? optionName = null) => new(
        ChatErrorReason.ScriptInvalid, string.Format(CultureInfo.InvariantCulture, "Line {0}, column {1}: {2}", line, column, message))
    {
        OptionName = optionName,
        Data = { ["Line"] = line, ["Column"] = column },
    };
}
