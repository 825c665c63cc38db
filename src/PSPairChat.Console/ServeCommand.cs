using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Threading;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>The command <c>pairchat serve</c>.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    // The default of Start-ChatServer; used where no handle can be prompted for.
    private const string DefaultHandle = "chatserve";

    private const int MaxRoomNumber = 1_000_000;

    public static Command Create()
    {
        var portArgument = NumberParser.CreatePortArgument("The port to listen on; 0 selects any free port.", min: 0);
        var bindOption = new Option<IPAddress?>("--bind")
        {
            Description = "The address to listen on. By default, all IPv6 and IPv4 addresses.",
            HelpName = "ADDRESS",
            CustomParser = ParseAddress,
        };
        var maxMembersOption = NumberParser.CreateOption(
            "--max-members", "The maximum number of members in the room.", RoomOptions.DefaultMaxMembers, 1, MaxRoomNumber);
        var historyCountOption = NumberParser.CreateOption(
            "--history-count", "The number of previous messages that a new member of the room receives.", 0, 0, MaxRoomNumber);
        var maxMessagesPerSecondOption = NumberParser.CreateOption(
            "--max-messages-per-second", "The maximum number of messages that a member of the room can send per second; 0 for no limit.",
            RoomOptions.DefaultMaxMessagesPerSecond, 0, MaxRoomNumber);
        var maxUnregisteredOption = NumberParser.CreateOption(
            "--max-unregistered-connections", "The maximum number of connections to the room that have no nickname.",
            RoomOptions.DefaultMaxUnregisteredConnections, 1, MaxRoomNumber);
        var maxUnregisteredPerAddressOption = NumberParser.CreateOption(
            "--max-unregistered-connections-per-address", "The same, for connections from one address.",
            RoomOptions.DefaultMaxUnregisteredConnectionsPerAddress, 1, MaxRoomNumber);
        var chatOptions = new ChatCommandOptions();
        var secureOptions = new SecureServeOptions();
        var resumeOptions = new ResumeCommandOptions();
        var scriptOptions = new ScriptOptions();
        var backplaneOptions = new BackplaneServeOptions();
        var command = new Command(Name, "Listen for clients and chat with one after another, or open a room. The client sends first.") { portArgument };
        chatOptions.AddTo(command);
        secureOptions.AddTo(command);
        resumeOptions.AddTo(command);
        scriptOptions.AddTo(command, canRepeat: true);
        foreach (var option in new Option[]
        {
            bindOption, maxMembersOption, historyCountOption, maxMessagesPerSecondOption, maxUnregisteredOption, maxUnregisteredPerAddressOption,
        })
        {
            command.Options.Add(option);
        }
        backplaneOptions.AddTo(command);
        command.SetAction(parseResult =>
        {
            using var chat = new ConsoleChat(scriptOptions.GetScriptedChat(parseResult));
            var port = parseResult.GetValue(portArgument);
            var bindAddress = parseResult.GetValue(bindOption);
            var sessionOptions = secureOptions.Apply(
                parseResult, chatOptions.GetChatOptions(parseResult) with { Resume = resumeOptions.GetOptions(parseResult) }, resumeOptions.IsRequired(parseResult));
            if (chatOptions.GetRoom(parseResult) is not { } room)
                return chat.Execute(() => Run(chat, sessionOptions, lettersOnly: false, options => ServerSession.Start(port, options, bindAddress)));
            var roomOptions = backplaneOptions.Apply(parseResult, new RoomOptions
            {
                MaxMembers = parseResult.GetValue(maxMembersOption),
                HistoryCount = parseResult.GetValue(historyCountOption),
                MaxMessagesPerSecond = parseResult.GetValue(maxMessagesPerSecondOption),
                MaxUnregisteredConnections = parseResult.GetValue(maxUnregisteredOption),
                MaxUnregisteredConnectionsPerAddress = parseResult.GetValue(maxUnregisteredPerAddressOption),
                Dialect = chatOptions.GetRoomDialect(parseResult),
            });
            Timer? metrics = null;
            try
            {
                return chat.Execute(() => Run(chat, sessionOptions, lettersOnly: true, options =>
                {
                    var session = RoomSession.Start(room, port, options, roomOptions, bindAddress);
                    metrics = backplaneOptions.StartMetrics(parseResult, session);
                    return session;
                }));
            }
            finally
            {
                metrics?.Dispose();
            }
        });
        return command;
    }

    private static int Run(ConsoleChat chat, ChatOptions options, bool lettersOnly, Func<ChatOptions, ChatSession> start)
    {
        chat.Open();
        if (!chat.IsInteractive && options.Handle.Length == 0)
            options = options with { Handle = DefaultHandle };
        if (chat.GetHandle(options, lettersOnly) is not { } handle)
            return chat.StopExitCode;
        var session = start(options with { Handle = handle });
        chat.WriteNotice(ConsoleMessages.GetBanner(session));
        if (SessionInvites.Create(session) is { } invite)
            chat.WriteNotice(invite);
        return chat.Run(session);
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        var value = result.Tokens[0].Value;
        if (!IPAddress.TryParse(value, out var address))
            result.AddError($"Invalid --bind '{value}'. Specify an IP address, for example 127.0.0.1 or ::1.");
        return address;
    }
}
