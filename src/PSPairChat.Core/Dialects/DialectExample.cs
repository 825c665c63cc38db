using System;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Dialects;

/// <summary>Shows a dialect by the bytes of a short conversation.</summary>
internal static class DialectExample
{
    private const int Port = 54321;

    /// <summary>A line for each send, with escapes for what cannot be seen.</summary>
    public static string Create(ChatDialect dialect)
    {
        var client = new DialectEncoder(dialect, ChatSide.Client, "Chris", Port);
        var server = new DialectEncoder(dialect, ChatSide.Server, "HostA", Port);
        var shown = new StringBuilder();
        var (opener, answerer) = dialect.GreetsFirst == ChatSide.Client ? (client, server) : (server, client);
        Format(shown, opener == client, opener.EncodeGreeting());
        Format(shown, answerer == client, answerer.EncodeGreeting());
        if (dialect.FirstSpeaker == ChatSide.Client)
            Format(shown, true, client.EncodeMessage("test"));
        Format(shown, false, server.EncodeMessage("hello"));
        if (dialect.FirstSpeaker == ChatSide.Server)
            Format(shown, true, client.EncodeMessage("test"));
        var quit = client.EncodeQuit();
        if (quit.Count > 0)
            Format(shown, true, quit);
        else
            shown.AppendLine("C closes");
        return shown.ToString().TrimEnd();
    }

    /// <summary>Bytes to be read: <c>Chris> test\n</c>; a run of NULs as <c>\0 x 1020</c>.</summary>
    public static string Format(ArraySegment<byte> bytes)
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

    private static void Format(StringBuilder shown, bool isClient, ArraySegment<byte> bytes)
    {
        if (bytes.Count > 0)
            shown.Append(isClient ? "C " : "S ").AppendLine(Format(bytes));
    }

    private static void Format(StringBuilder shown, bool isClient, byte[] bytes) => Format(shown, isClient, new ArraySegment<byte>(bytes));
}
