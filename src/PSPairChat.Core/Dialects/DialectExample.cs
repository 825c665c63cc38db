using System;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Dialects;

/// <summary>Shows a dialect by the bytes of a short conversation.</summary>
internal static class DialectExample
{
    private const int Port = 54321;

    /// <summary>A line for each send, with escapes for what cannot be seen.</summary>
    public static string Of(ChatDialect dialect)
    {
        var client = new DialectWriter(dialect, ChatEnd.Client, "Chris", Port);
        var server = new DialectWriter(dialect, ChatEnd.Server, "HostA", Port);
        var shown = new StringBuilder();
        var (opener, answerer) = dialect.Opener == ChatEnd.Client ? (client, server) : (server, client);
        Show(shown, opener == client, opener.Opening());
        Show(shown, answerer == client, answerer.Opening());
        if (dialect.FirstSpeaker == ChatEnd.Client)
            Show(shown, true, client.Message("test"));
        Show(shown, false, server.Message("hello"));
        if (dialect.FirstSpeaker == ChatEnd.Server)
            Show(shown, true, client.Message("test"));
        var quit = client.Quit();
        if (quit.Count > 0)
            Show(shown, true, quit);
        else
            shown.AppendLine("C closes");
        return shown.ToString().TrimEnd();
    }

    /// <summary>Bytes to be read: <c>Chris> test\n</c>; a run of NULs as <c>\0 x 1020</c>.</summary>
    public static string Show(ArraySegment<byte> bytes)
    {
        var shown = new StringBuilder();
        foreach (var b in bytes)
        {
            shown.Append(b switch
            {
                (byte)'\n' => "\\n",
                0 => "\\0",
                >= 0x20 and < 0x7F => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }
        return Regex.Replace(shown.ToString(), @"(?:\\0){4,}$", run => $"\\0 x {run.Length / 2}");
    }

    private static void Show(StringBuilder shown, bool isClient, ArraySegment<byte> bytes)
    {
        if (bytes.Count > 0)
            shown.Append(isClient ? "C " : "S ").AppendLine(Show(bytes));
    }

    private static void Show(StringBuilder shown, bool isClient, byte[] bytes) => Show(shown, isClient, new ArraySegment<byte>(bytes));
}
