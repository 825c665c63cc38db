using System;
using System.Text;
using System.Text.RegularExpressions;

namespace PSPairChat.Dialects;

/// <summary>Formats the bytes of a short conversation in a dialect.</summary>
internal static class DialectExample
{
    private const int Port = 54321;

    /// <summary>Creates an example: one line for each send, with escape sequences for bytes that are not printable.</summary>
    public static string Create(ChatDialect dialect)
    {
        var client = new DialectEncoder(dialect, ChatSide.Client, "Chris", Port);
        var server = new DialectEncoder(dialect, ChatSide.Server, "HostA", Port);
        var example = new StringBuilder();
        var (first, second) = dialect.GreetsFirst == ChatSide.Client ? (client, server) : (server, client);
        Append(example, first == client, first.EncodeGreeting());
        Append(example, second == client, second.EncodeGreeting());
        if (dialect.FirstSpeaker == ChatSide.Client)
            Append(example, true, client.EncodeMessage("test"));
        Append(example, false, server.EncodeMessage("hello"));
        if (dialect.FirstSpeaker == ChatSide.Server)
            Append(example, true, client.EncodeMessage("test"));
        var quit = client.EncodeQuit();
        if (quit.Count > 0)
            Append(example, true, quit);
        else
            example.AppendLine("C closes");
        return example.ToString().TrimEnd();
    }

    /// <summary>Formats bytes as text, such as <c>Chris> test\n</c>. NULs at the end are counted: <c>\0 x 1020</c>.</summary>
    public static string Format(ArraySegment<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            text.Append(b switch
            {
                (byte)'\n' => "\\n",
                0 => "\\0",
                >= 0x20 and < 0x7F => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }
        return Regex.Replace(text.ToString(), @"(?:\\0){4,}$", nuls => $"\\0 x {nuls.Length / 2}");
    }

    private static void Append(StringBuilder example, bool isClient, ArraySegment<byte> bytes)
    {
        if (bytes.Count > 0)
            example.Append(isClient ? "C " : "S ").AppendLine(Format(bytes));
    }

    private static void Append(StringBuilder example, bool isClient, byte[] bytes) => Append(example, isClient, new ArraySegment<byte>(bytes));
}
