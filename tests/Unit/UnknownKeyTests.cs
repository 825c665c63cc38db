using System;
using System.Collections.Generic;
using PSPairChat.Terminal;
using Xunit;

namespace PSPairChat.Unit;

public sealed class UnknownKeyTests
{
    private static readonly ChatOptions Options = new() { Handle = "Chris", SecureClient = new SecureClientOptions() };
    private static readonly ChatException Unknown =
        new(ChatErrorReason.ServerKeyUnknown, "The key of flip1:54321 is not known.") { Fingerprint = "SHA256:abc" };

    private readonly List<SecureClientOptions?> _attempts = [];
    private readonly List<string> _questions = [];

    [Fact]
    public void Known_key_is_not_asked_about()
    {
        Assert.Equal("connected", UnknownKey.Retry(Options, Connect(null), Confirm(true)));
        Assert.Equal([Options.SecureClient], _attempts);
        Assert.Empty(_questions);
    }

    [Fact]
    public void Key_that_the_user_accepts_is_the_only_one_that_the_second_attempt_accepts()
    {
        Assert.Equal("connected", UnknownKey.Retry(Options, Connect(Unknown), Confirm(true)));
        Assert.Equal([Options.SecureClient, new SecureClientOptions { Fingerprint = "SHA256:abc", AcceptNewKey = true }], _attempts);
        Assert.Equal(
            ["The key of flip1:54321 is not known. Compare it with the one that the host of the server gets from Get-ChatKey or 'pairchat key'."], _questions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Key_that_the_user_does_not_accept_is_an_error(bool hasUser)
    {
        Assert.Same(Unknown, Assert.Throws<ChatException>(() => UnknownKey.Retry(Options, Connect(Unknown), hasUser ? Confirm(false) : null)));
        Assert.Single(_attempts);
    }

    [Fact]
    public void Other_error_is_not_a_question()
    {
        var error = new ChatException(ChatErrorReason.ServerKeyChanged, "The key has changed.");
        Assert.Same(error, Assert.Throws<ChatException>(() => UnknownKey.Retry(Options, Connect(error), Confirm(true))));
        Assert.Empty(_questions);
    }

    // Fails at the first attempt.
    private Func<ChatOptions, string> Connect(ChatException? error) => options =>
    {
        _attempts.Add(options.SecureClient);
        return error is null || _attempts.Count > 1 ? "connected" : throw error;
    };

    private Func<string, bool> Confirm(bool answer) => question =>
    {
        _questions.Add(question);
        return answer;
    };
}
