namespace PSPairChat.Terminal;

/// <summary>How text stands out: by weight, and red for what went wrong; both can be read on a light and on a dark ground.</summary>
internal static class TextStyle
{
    public const string Plain = "";
    public const string Bold = "1";
    public const string Dim = "2";
    public const string Error = "31";

    /// <summary>The control sequence that begins a style.</summary>
    public static string Begin(string style) => style.Length == 0 ? "" : $"\u001b[{style}m";

    /// <summary>The control sequence that ends it.</summary>
    public static string End(string style) => style.Length == 0 ? "" : "\u001b[0m";
}
