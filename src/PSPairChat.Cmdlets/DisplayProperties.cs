using System;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Terminal;

namespace PSPairChat.Cmdlets;

/// <summary>
/// The hidden display properties that PSPairChat.Types.ps1xml adds to the objects of the module. The views use them, because a script block of a view cannot
/// call methods in the constrained language mode.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DisplayProperties
{
    /// <summary>
    /// Gets the object as a line that is safe to display. If the window wraps it, the rows after the first one are indented, so that text of a peer cannot
    /// start in the first column. If the output is redirected, it is one line.
    /// </summary>
    public static string GetDisplayLine(PSObject instance)
    {
        var line = instance.BaseObject switch
        {
            ChatTranscriptEntry { Notice: not null } notice => "# " + notice.ToDisplayString(),
            ChatTranscriptEntry entry => entry.ToDisplayString(),
            _ => DisplayText.Sanitize(instance.ToString()),
        };
        return Console.IsOutputRedirected ? line : string.Join("\n", TextWrapper.Wrap(line, Console.WindowWidth));
    }

    /// <summary>Gets the sender, safe to display.</summary>
    public static string? GetDisplayFrom(PSObject instance) => Sanitize(instance, nameof(ChatMessage.From));

    /// <summary>Gets the text, safe to display.</summary>
    public static string? GetDisplayText(PSObject instance) => Sanitize(instance, nameof(ChatMessage.Text));

    /// <summary>Gets the handle, safe to display.</summary>
    public static string? GetDisplayHandle(PSObject instance) => Sanitize(instance, nameof(ChatPeer.Handle));

    /// <summary>Gets the expected text, safe to display.</summary>
    public static string? GetDisplayExpected(PSObject instance) => Sanitize(instance, nameof(ChatScriptResult.Expected));

    /// <summary>Gets the actual text, safe to display.</summary>
    public static string? GetDisplayActual(PSObject instance) => Sanitize(instance, nameof(ChatScriptResult.Actual));

    /// <summary>Gets the captures as name=value, safe to display.</summary>
    public static string GetDisplayCaptures(PSObject instance) => instance.BaseObject is ChatScriptResult result
        ? string.Join(", ", result.Captures.Select(c => $"{c.Key}={DisplayText.Sanitize(c.Value)}"))
        : "";

    private static string? Sanitize(PSObject instance, string property) =>
        instance.Properties[property]?.Value?.ToString() is { } text ? DisplayText.Sanitize(text) : null;
}
