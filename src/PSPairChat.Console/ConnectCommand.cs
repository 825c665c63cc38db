using System;
using System.CommandLine;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary><c>pairchat connect</c>: calls a server and talks to it.</summary>
internal static class ConnectCommand
{
    public static Command Create()
    {
        var host = new Argument<string>("HOST") { Description = "The server's name or address." };
        var port = Number.PortArgument("The server's port.", least: 1);
        var timeoutOption = new Option<int>("--timeout")
        {
            Description = "How long to try to connect, in seconds.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 10,
            CustomParser = result => Number.Read(result, "number of seconds", 1, 86400),
        };
        var talk = new ChatCommandOptions();
        var script = new ScriptOptions();
        var command = new Command("connect", "Connects to a server and talks to it. The client speaks first.") { host, port };
        talk.AddTo(command);
        script.AddTo(command, canRepeat: false);
        command.Options.Add(timeoutOption);
        command.SetAction(line =>
        {
            using var chat = new ConsoleChat(script.Read(line));
            var timeout = TimeSpan.FromSeconds(line.GetValue(timeoutOption));
            return talk.Room(line) is { } room
                ? Join(chat, line.GetValue(host)!, line.GetValue(port), room, talk.Read(line), talk.RoomDialect(line), timeout)
                : Connect(chat, line.GetValue(host)!, line.GetValue(port), talk.Read(line), timeout);
        });
        return command;
    }

    private static int Connect(ConsoleChat chat, string host, int port, ChatOptions options, TimeSpan timeout)
    {
        if (!chat.HasPerson)
            HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength);
        using var stream = TcpConnector.Connect(host, port, timeout, chat.StopToken);
        chat.Open();
        chat.WriteNotice(ConsoleMessages.FormatConnected(host, port));
        return chat.ReadHandle(options) is { } handle
            ? chat.Run(ClientSession.FromConnection(stream, host, port, options with { Handle = handle }))
            : chat.StopCode;
    }

    private static int Join(ConsoleChat chat, string host, int port, string room, ChatOptions options, RoomDialect dialect, TimeSpan timeout)
    {
        chat.Open();
        while (chat.ReadHandle(options, lettersOnly: true) is { } handle)
        {
            try
            {
                var session = RoomMemberSession.Connect(host, port, room, options with { Handle = handle }, dialect, timeout, chat.StopToken);
                chat.WriteNotice(ConsoleMessages.FormatConnected(host, port));
                return chat.Run(session);
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.HandleTaken && chat.HasPerson)
            {
                chat.WriteNotice(e.Message);
                options = options with { Handle = "" };
            }
        }
        return chat.StopCode;
    }
}
