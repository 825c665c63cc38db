using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace PSPairChat.ConsoleApp;

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
        var members = Count("--max-members", "The most members of the room.", RoomOptions.DefaultMaxMembers, 1);
        var history = Count("--history", "How many of the last messages those get who join the room.", 0, 0);
        var flood = Count("--flood-limit", "How many messages a second one member of the room may say; 0 for no limit.", RoomOptions.DefaultMaxMessagesPerSecond, 0);
        var talk = new ChatCommandOptions();
        var script = new ScriptOptions();
        var command = new Command(Name, "Listens and talks to one client after another. The client speaks first.") { port };
        talk.AddTo(command);
        script.AddTo(command, canRepeat: true);
        foreach (var option in new Option[] { bind, members, history, flood })
            command.Options.Add(option);
        command.SetAction(line =>
        {
            using var chat = new ConsoleChat(script.Read(line));
            if (talk.Room(line) is not { } room)
                return Run(chat, talk.Read(line), lettersOnly: false, options => ServerSession.Start(line.GetValue(port), options, line.GetValue(bind)));
            var rules = new RoomOptions
            {
                MaxMembers = line.GetValue(members),
                HistoryCount = line.GetValue(history),
                MaxMessagesPerSecond = line.GetValue(flood),
                Dialect = talk.RoomDialect(line),
            };
            return Run(chat, talk.Read(line), lettersOnly: true, options => RoomSession.Start(room, line.GetValue(port), options, rules, line.GetValue(bind)));
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int otherwise, int least) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Number.Read(result, "number", least, 1_000_000),
    };

    private static int Run(ConsoleChat chat, ChatOptions options, bool lettersOnly, Func<ChatOptions, ChatSession> start)
    {
        chat.Open();
        if (!chat.HasPerson && options.Handle.Length == 0)
            options = options with { Handle = ScriptHandle };
        if (chat.ReadHandle(options, lettersOnly) is not { } handle)
            return chat.StopCode;
        var session = start(options with { Handle = handle });
        chat.WriteNotice(Terminal.ConsoleMessages.GetBanner(session));
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
