using System;
using System.CommandLine;
using System.Linq;
using System.Net;
using PSPairChat.Connections;
using PSPairChat.Messages;
using PSPairChat.Security;
using PSPairChat.Terminal;

namespace PSPairChat.ConsoleApp;

/// <summary>The command <c>pairchat connect</c>.</summary>
internal static class ConnectCommand
{
    private const int MaxTimeoutSeconds = 86400;

    public static Command Create()
    {
        var hostArgument = new Argument<string>("HOST") { Description = "The name or address of the server, or an invite of a secure server (pairchat://...). Further servers follow after a comma." };
        var portArgument = NumberParser.CreatePortArgument("The port of the server.", min: 1);
        var timeoutOption = NumberParser.CreateOption(
            "--timeout", "The time to wait for the connection, in seconds.", (int)TcpConnector.DefaultTimeout.TotalSeconds, 1, MaxTimeoutSeconds, "SECONDS");
        var chatOptions = new ChatCommandOptions();
        var secureOptions = new SecureConnectOptions();
        var resumeOptions = new ResumeCommandOptions();
        var scriptOptions = new ScriptOptions();
        var command = new Command("connect", "Connect to a server. The client sends first.") { hostArgument, portArgument };
        chatOptions.AddTo(command);
        secureOptions.AddTo(command);
        resumeOptions.AddTo(command);
        scriptOptions.AddTo(command, canRepeat: false);
        command.Options.Add(timeoutOption);
        command.SetAction(parseResult =>
        {
            using var chat = new ConsoleChat(scriptOptions.GetScriptedChat(parseResult));
            var host = parseResult.GetValue(hostArgument)!;
            var invite = InviteUri.IsInvite(host) ? InviteUri.Parse(host) : null;
            var servers = invite?.Servers ?? HostNameParser.ParseAll(host.Split(','), parseResult.GetValue(portArgument));
            var timeout = TimeSpan.FromSeconds(parseResult.GetValue(timeoutOption));
            var options = chatOptions.GetChatOptions(parseResult) with
            {
                SecureClient = secureOptions.GetClientOptions(parseResult, invite is null ? null : host, resumeOptions.IsRequired(parseResult)),
                Resume = resumeOptions.GetOptions(parseResult),
                OtherServers = servers.Skip(1).ToArray(),
            };
            if (invite?.Handle is { } handle && options.Handle.Length == 0)
                options = options with { Handle = handle };
            return chat.Execute(() => (invite is null ? chatOptions.GetRoom(parseResult) : invite.Room) is { } room
                ? Join(chat, servers[0], room, options, chatOptions.GetRoomDialect(parseResult), timeout)
                : Connect(chat, servers[0], options, timeout));
        });
        return command;
    }

    private static int Connect(ConsoleChat chat, DnsEndPoint firstServer, ChatOptions options, TimeSpan timeout)
    {
        if (!chat.IsInteractive)
            HandleValidator.ThrowIfInvalid(options.Handle, options.MaxHandleLength);
        var (connection, server) = UnknownKey.Retry(options, o => Connector.Connect(firstServer.Host, firstServer.Port, o, timeout, chat.StopToken), chat.Confirm);
        using var disposable = connection;
        chat.Open();
        chat.WriteNotice(ConsoleMessages.FormatConnected(server.Host, server.Port, connection.Security));
        return chat.GetHandle(options) is { } handle
            ? chat.Run(ClientSession.FromConnection(connection, server.Host, server.Port, options with { Handle = handle }))
            : chat.StopExitCode;
    }

    private static int Join(ConsoleChat chat, DnsEndPoint server, string room, ChatOptions options, RoomDialect dialect, TimeSpan timeout)
    {
        chat.Open();
        while (chat.GetHandle(options, lettersOnly: true) is { } handle)
        {
            try
            {
                var session = UnknownKey.Retry(
                    options with { Handle = handle }, o => RoomMemberSession.Connect(server.Host, server.Port, room, o, dialect, timeout, chat.StopToken), chat.Confirm);
                chat.WriteNotice(ConsoleMessages.FormatConnected(session));
                return chat.Run(session);
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.HandleTaken && chat.IsInteractive)
            {
                chat.WriteNotice(e.Message);
                options = options with { Handle = "" };
            }
        }
        return chat.StopExitCode;
    }
}
