using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace PSPairChat.SystemConsole;

/// <summary><c>pairchat serve</c>: listens and talks to one client after another.</summary>
internal static class ServeCommand
{
    // What a script's server is called, which nobody can be asked about; Start-ChatServer's default.
    private const string ScriptHandle = "chatserve";

    public const string Name = "serve";

    public static Command Create()
    {
        var port = Number.PortArgument("The port to listen on; 0 for any free one.", least: 0);
        var bind = new Option<IPAddress?>("--bind")
        {
            Description = "The address to listen on; all of them when left out, IPv6 and IPv4.",
            HelpName = "ADDRESS",
            CustomParser = ReadAddress,
        };
        var talk = new TalkOptions();
        var command = new Command(Name, "Listens and talks to one client after another. The client speaks first.") { port };
        talk.AddTo(command);
        command.Options.Add(bind);
        command.SetAction(line => Run(line.GetValue(port), talk.Read(line), line.GetValue(bind)));
        return command;
    }

    private static int Run(int port, ChatOptions options, IPAddress? address)
    {
        using var chat = new ConsoleChat();
        chat.Open();
        if (!chat.HasPerson && options.Handle.Length == 0)
            options = options with { Handle = ScriptHandle };
        if (chat.AskHandle(options) is not { } handle)
            return chat.StopCode;
        var session = ServerSession.Start(port, options with { Handle = handle }, address);
        chat.Tell(Terminal.ChatSentences.Opening(session));
        return chat.Run(session);
    }

    private static IPAddress? ReadAddress(ArgumentResult result)
    {
        var word = result.Tokens[0].Value;
        if (!IPAddress.TryParse(word, out var address))
            result.AddError($"'{word}' is no address: an address is like 127.0.0.1 or ::1.");
        return address;
    }
}
