using System;
using System.CommandLine;
using PSPairChat.Conversation;
using PSPairChat.Terminal;
using PSPairChat.Transport;

namespace PSPairChat.SystemConsole;

/// <summary><c>pairchat connect</c>: calls a server and talks to it.</summary>
internal static class ConnectCommand
{
    public static Command Create()
    {
        var host = new Argument<string>("HOST") { Description = "The server's name or address." };
        var port = Number.PortArgument("The server's port.", least: 1);
        var timeout = new Option<int>("--timeout")
        {
            Description = "How long to try to connect, in seconds.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 10,
            CustomParser = result => Number.Read(result, "number of seconds", 1, 86400),
        };
        var talk = new TalkOptions();
        var script = new ScriptOptions();
        var command = new Command("connect", "Connects to a server and talks to it. The client speaks first.") { host, port };
        talk.AddTo(command);
        script.AddTo(command, canRepeat: false);
        command.Options.Add(timeout);
        command.SetAction(line =>
        {
            using var chat = new ConsoleChat(script.Read(line));
            var patience = TimeSpan.FromSeconds(line.GetValue(timeout));
            return talk.Room(line) is { } room
                ? Join(chat, line.GetValue(host)!, line.GetValue(port), room, talk.Read(line), talk.RoomDialect(line), patience)
                : Call(chat, line.GetValue(host)!, line.GetValue(port), talk.Read(line), patience);
        });
        return command;
    }

    private static int Call(ConsoleChat chat, string host, int port, ChatOptions options, TimeSpan timeout)
    {
        if (!chat.HasPerson)
            HandleRule.Check(options.Handle, options.MaxHandleLength);
        using var stream = TcpConnector.Connect(host, port, timeout, chat.StopToken);
        chat.Open();
        chat.Tell(ChatSentences.Connected(host, port));
        return chat.AskHandle(options) is { } handle
            ? chat.Run(ClientSession.Over(stream, host, port, options with { Handle = handle }))
            : chat.StopCode;
    }

    private static int Join(ConsoleChat chat, string host, int port, string room, ChatOptions options, RoomDialect dialect, TimeSpan timeout)
    {
        chat.Open();
        while (chat.AskHandle(options, lettersOnly: true) is { } handle)
        {
            try
            {
                var session = RoomMemberSession.Connect(host, port, room, options with { Handle = handle }, dialect, timeout, chat.StopToken);
                chat.Tell(ChatSentences.Connected(host, port));
                return chat.Run(session);
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.HandleTaken && chat.HasPerson)
            {
                chat.Tell(e.Message);
                options = options with { Handle = "" };
            }
        }
        return chat.StopCode;
    }
}
