using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Runs pairchat with the options for TLS.</summary>
[Collection("The keys that the user trusts")]
public sealed partial class ConsoleSecureTests : IDisposable
{
    private static readonly ChatOptions Client = new() { Handle = "Chris" };

    public void Dispose() => UserFiles.TrustedKeys.Remove(UserKey.Load().Fingerprint);

    [Fact]
    public void Key_prints_the_fingerprint_and_the_file()
    {
        using var program = ConsoleProgram.Start("key", "");
        var key = UserKey.Load();
        Assert.Equal((0, key.Fingerprint + "\n"), ConsoleProgram.WaitForExit(program));
        Assert.Equal(key.Path + "\n", program.StandardError.ReadToEnd());
    }

    [Theory]
    [InlineData("--secure", false)]
    [InlineData("--allow-anonymous", true)]
    [InlineData("--remember-clients", false)]
    [InlineData("--resume", false)]
    public void Server_prints_an_invite_and_admits_the_clients_of_its_options(string option, bool admitsAnonymous)
    {
        using var server = ConsoleProgram.Start($"serve 0 --bind 127.0.0.1 --handle HostA {option}", "hello\n");
        var port = int.Parse(ConsoleProgram.ParsePort(server.StandardError.ReadLine()!), CultureInfo.InvariantCulture);
        var invite = ReadInvite(server);
        using (var stranger = Connect(port, new SecureClientOptions { AcceptNewKey = true }))
            Assert.Equal(admitsAnonymous, stranger is not null);
        using var client = Connect(port, new SecureClientOptions { Invite = invite })!;
        client.Send("hi");
        Assert.Equal("Chris> hi", server.StandardOutput.ReadLine());
        Assert.Equal("hello", client.Receive(ConsoleProgram.Timeout)!.Text);
        client.Disconnect();
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(server));
    }

    [Theory]
    [InlineData("--secure", true, true)]
    [InlineData("--secure --no-resume", true, false)]
    [InlineData("--allow-anonymous", false, false)]
    [InlineData("--allow-anonymous --resume", false, true)]
    public void Server_resumes_the_sessions_of_its_options(string options, bool hasInvite, bool canResume)
    {
        using var server = ConsoleProgram.Start($"serve 0 --bind 127.0.0.1 --handle HostA {options}", input: null);
        var port = int.Parse(ConsoleProgram.ParsePort(server.StandardError.ReadLine()!), CultureInfo.InvariantCulture);
        using var client = Connect(port, hasInvite ? new SecureClientOptions { Invite = ReadInvite(server) } : new SecureClientOptions { AcceptNewKey = true })!;
        client.Send("hi");
        Assert.Equal("Chris> hi", server.StandardOutput.ReadLine());
        Assert.Equal(canResume, client.Security!.CanResume);
        server.Kill();
    }

    [Fact]
    public void Reconnect_timeout_limits_the_wait_for_a_lost_connection()
    {
        using var server = StartServer();
        using var relay = new CuttingRelay(server.Port);
        var invite = InviteUri.Create("127.0.0.1", relay.Port, null, null, server.Invites.Create().Token);
        using var client = ConsoleProgram.Start($"connect {invite} --handle Chris --reconnect-timeout 1", input: null);
        client.StandardInput.Write("hi\n");
        client.StandardInput.Flush();
        Assert.Equal("hi", server.Receive(ConsoleProgram.Timeout)!.Text);
        relay.IsDown = true;
        relay.Cut();
        Assert.True(client.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal((3, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Server_that_remembers_clients_admits_them_without_an_invite()
    {
        using var server = ConsoleProgram.Start("serve 0 --bind 127.0.0.1 --handle HostA --remember-clients", input: null);
        var port = int.Parse(ConsoleProgram.ParsePort(server.StandardError.ReadLine()!), CultureInfo.InvariantCulture);
        foreach (var options in new[] { new SecureClientOptions { Invite = ReadInvite(server) }, new SecureClientOptions { AcceptNewKey = true } })
        {
            using var client = Connect(port, options)!;
            client.Send("hi");
            Assert.Equal("Chris> hi", server.StandardOutput.ReadLine());
        }
        server.Kill();
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("192.0.2.0/24", false)]
    [InlineData("192.0.2.0/24 --allow-address 127.0.0.1", true)]
    public void Server_admits_the_addresses_of_its_options(string ranges, bool isAdmitted)
    {
        using var server = ConsoleProgram.Start($"serve 0 --bind 127.0.0.1 --handle HostA --allow-address {ranges}", input: null);
        var port = int.Parse(ConsoleProgram.ParsePort(server.StandardError.ReadLine()!), CultureInfo.InvariantCulture);
        using var client = ClientSession.Connect("127.0.0.1", port, Client);
        if (isAdmitted)
        {
            client.Send("hi");
            Assert.Equal("Chris> hi", server.StandardOutput.ReadLine());
        }
        else
        {
            Assert.Null(client.TryReceive(ConsoleProgram.Timeout, waitOnOwnTurn: true).Message);
            Assert.True(client.IsCompleted);
        }
        server.Kill();
    }

    [Fact]
    public void Client_with_an_invite_has_its_handle_and_says_how_it_is_protected()
    {
        using var server = StartServer();
        var invite = server.Invites.Create(new ChatInviteOptions { Handle = "Dana" });
        using var client = ConsoleProgram.Start($"connect {invite}", "hi\n");
        Assert.Equal("Dana> hi", server.Receive(ConsoleProgram.Timeout)!.ToString());
        server.Send("hello");
        Assert.Equal((0, "HostA> hello\n"), ConsoleProgram.WaitForExit(client));
        Assert.StartsWith(
            $"Connected to 127.0.0.1:{server.Port}. Type \\quit to leave. Encrypted (TLS 1.3), server key {UserKey.Load().Fingerprint} (invite).\n", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_of_the_option_precedes_that_of_the_invite()
    {
        using var server = StartServer();
        var invite = server.Invites.Create(new ChatInviteOptions { Handle = "Dana" });
        using var client = ConsoleProgram.Start($"connect {invite} --handle Chris", "hi\n");
        Assert.Equal("Chris> hi", server.Receive(ConsoleProgram.Timeout)!.ToString());
        server.Disconnect();
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Client_with_an_invite_without_a_handle_requires_the_option()
    {
        using var server = StartServer();
        using var client = ConsoleProgram.Start($"connect {server.Invites.Create()}", "hi\n");
        Assert.Equal((2, ""), ConsoleProgram.WaitForExit(client));
        Assert.Contains("Invalid handle ''.", client.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Client_with_the_invite_of_a_room_joins_it()
    {
        using var room = RoomSession.Start("lobby", 0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, null, IPAddress.Loopback);
        using var client = ConsoleProgram.Start($"connect {room.Invites.Create()} --handle Ann", "hi\n");
        Assert.Equal("Ann> hi", room.Receive(ConsoleProgram.Timeout)!.ToString());
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
    }

    [Theory]
    [InlineData("--fingerprint FINGERPRINT", true)]
    [InlineData("--accept-new-key", true)]
    [InlineData("--accept-new-key --no-resume", false)]
    [InlineData("--accept-new-key --resume", true)]
    public void Client_uses_TLS_if_an_option_requires_it(string options, bool canResume)
    {
        using var server = StartServer(new SecureServerOptions { AllowAnonymous = true }, ResumeMode.Always);
        options = options.Replace("FINGERPRINT", UserKey.Load().Fingerprint.ToString(), StringComparison.Ordinal);
        using var client = ConsoleProgram.Start($"connect 127.0.0.1 {server.Port} --handle Chris {options}", "hi\n");
        Assert.Equal("hi", server.Receive(ConsoleProgram.Timeout)!.Text);
        Assert.Equal(canResume, server.Security!.CanResume);
        server.Disconnect();
        Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
    }

    [Fact]
    public void Accepted_key_is_recorded_for_the_next_connection()
    {
        using var server = StartServer(new SecureServerOptions { AllowAnonymous = true });
        foreach (var option in new[] { "--accept-new-key", "--secure" })
        {
            using var client = ConsoleProgram.Start($"connect 127.0.0.1 {server.Port} --handle Chris {option}", "hi\n");
            Assert.Equal("hi", server.Receive(ConsoleProgram.Timeout)!.Text);
            server.Disconnect();
            Assert.Equal((0, ""), ConsoleProgram.WaitForExit(client));
        }
    }

    [NeedsToolTheory("tmux")]
    [InlineData("", "Chris>")]
    [InlineData("--room lobby", "Chris>")]
    public void Unknown_key_is_accepted_by_the_answer_yes_only(string option, string prompt)
    {
        var options = new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions { AllowAnonymous = true } };
        using ChatSession server = option.Length == 0
            ? ServerSession.Start(0, options, IPAddress.Loopback)
            : RoomSession.Start("lobby", 0, options, null, IPAddress.Loopback);
        using var window = new TmuxWindow(
            $"{ConsoleProgram.Path} connect 127.0.0.1 {server.Port} --handle Chris --secure {option}", width: 300);
        var question = window.WaitFor("Accept the key (yes/no)?");
        Assert.Contains($"Its fingerprint is {UserKey.Load().Fingerprint}.", question, StringComparison.Ordinal);
        Assert.Contains("Compare it with the one that the host of the server gets from Get-ChatKey or 'pairchat key'.", question, StringComparison.Ordinal);
        window.Type("y");
        window.Press("Enter");
        window.WaitFor("Type yes or no.");
        window.Type("es");
        window.Press("Enter");
        window.WaitFor("\n" + prompt);
        Assert.NotNull(UserFiles.KnownHosts.Find("127.0.0.1", server.Port, out _));
        window.Type("\\quit");
        window.Press("Enter");
        Assert.EndsWith("exit code 0\nmodes restored", window.WaitFor("exit code 0\nmodes"), StringComparison.Ordinal);
    }

    [NeedsToolFact("tmux")]
    public void Unknown_key_is_refused_by_the_answer_no()
    {
        using var server = StartServer(new SecureServerOptions { AllowAnonymous = true });
        using var window = new TmuxWindow($"{ConsoleProgram.Path} connect 127.0.0.1 {server.Port} --handle Chris --secure", width: 200);
        window.WaitFor("Accept the key (yes/no)?");
        window.Type("no");
        window.Press("Enter");
        Assert.Contains("Accept the key (yes/no)? no\npairchat: The key of 127.0.0.1", window.WaitFor("modes restored"), StringComparison.Ordinal);
        Assert.Contains("exit code 1", window.Screen, StringComparison.Ordinal);
        Assert.Null(UserFiles.KnownHosts.Find("127.0.0.1", server.Port, out _));
    }

    private static ServerSession StartServer(SecureServerOptions? options = null, ResumeMode mode = ResumeMode.Auto) => ServerSession.Start(
        0, new ChatOptions { Handle = "HostA", SecureServer = options ?? new SecureServerOptions(), Resume = new ResumeOptions { Mode = mode } }, IPAddress.Loopback);

    // Connects as a client; null if the server refuses it.
    private static ClientSession? Connect(int port, SecureClientOptions options)
    {
        try
        {
            return ClientSession.Connect("127.0.0.1", port, Client with { SecureClient = options });
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.InviteRefused)
        {
            return null;
        }
    }

    // The lines that follow the first one.
    private static string ReadInvite(Process server)
    {
        Assert.StartsWith("To connect, run one of these commands on the other host before ", server.StandardError.ReadLine(), StringComparison.Ordinal);
        var invite = Invite().Match(server.StandardError.ReadLine()!).Groups[1].Value;
        Assert.Equal($"  Connect-ChatServer -Invite '{invite}' -Interactive", server.StandardError.ReadLine());
        return invite;
    }

    [GeneratedRegex(@"^  pairchat connect '(pairchat://\S+)'$")]
    private static partial Regex Invite();
}
