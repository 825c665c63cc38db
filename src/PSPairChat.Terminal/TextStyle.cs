namespace PSPairChat.Terminal;

/// <summary>The text styles, as parameters of the control sequence SGR. All of them are readable on a light and on a dark background.</summary>
internal static class TextStyle
{
    public const string Plain = "";
    public const string Bold = "1";
    public const string Dim = "2";
    public const string Error = "31";

    /// <summary>Gets the control sequence that starts a style; empty for <see cref="Plain"/>.</summary>
    public static string GetStart(string style) => style.Length == 0 ? "" : $"\u001b[{style}m";

    /// <summary>Gets the control sequence that ends a style; empty for <see cref="Plain"/>.</summary>
    public static string GetEnd(string style) => style.Length == 0 ? "" : "\u001b[0m";
}
