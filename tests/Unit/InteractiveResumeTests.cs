using System;
using System.Collections.Generic;
using System.Net;
using PSPairChat.Security;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The interactive chat while the connection is lost.</summary>
public sealed class InteractiveResumeTests : InteractiveChatTestBase
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void Input_is_kept_while_the_session_is_reconnecting()
    {
        using var server = ServerSession.Start(0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions() }, IPAddress.Loopback);
        using var relay = new CuttingRelay(server.Port);
        var invite = InviteUri.Create("127.0.0.1", relay.Port, null, null, server.Invites.Create().Token).ToString();
        using var client = ClientSession.Connect(
            "127.0.0.1", relay.Port, new ChatOptions { Handle = "Chris", SecureClient = new SecureClientOptions { Invite = invite } }, Timeout);
        RunChat(client, Script);
        Assert.Equal("hello", server.Receive(Timeout)!.Text);
        Assert.Contains("Connection lost. Reconnecting...", Screen.Text, StringComparison.Ordinal);
        Assert.Contains("Reconnected.", Screen.Text, StringComparison.Ordinal);

        IEnumerable<TerminalKey> Script()
        {
            yield return Text("hel");
            foreach (var key in WaitFor("Chris> hel"))
                yield return key;
            relay.IsDown = true;
            relay.Cut();
            foreach (var key in WaitFor("Reconnecting... hel"))
                yield return key;
            yield return Text("lo");
            yield return Enter;
            foreach (var key in WaitFor("Reconnecting..."))
                yield return key;
            relay.IsDown = false;
            // The line is not sent before Enter is pressed again.
            foreach (var key in WaitFor("Chris> hello"))
                yield return key;
            yield return Enter;
            foreach (var key in WaitFor("Waiting for 127.0.0.1..."))
                yield return key;
            yield return Quit;
        }
    }
}
