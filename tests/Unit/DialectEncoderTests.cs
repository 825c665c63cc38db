using System;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

public sealed class DialectEncoderTests
{
    [Theory]
    [InlineData("FixedLengthLine", 510 - 7)]
    [InlineData("HandleExchangeFixedLength", 1023)]
    [InlineData("HandleExchangeDelimited", 501 - 4)]
    [InlineData("LengthDigits", 999 - 8)]
    [InlineData("LengthPadded", 999 - 8)]
    [InlineData("PortGreeting", 512 - 7)]
    [InlineData("Length16", 65535)]
    public void Longest_message_is_encoded_and_a_longer_one_is_rejected(string dialect, int maxLength)
    {
        Assert.Equal(maxLength, Decode(dialect, CreateEncoder(dialect).EncodeMessage(new string('x', maxLength))).Length);
        AssertRejected(ChatErrorReason.MessageTooLong, dialect, new string('x', maxLength + 1));
    }

    [Fact]
    public void MaxBytes_counts_bytes_and_not_characters()
    {
        CreateEncoder("FixedLengthLine").EncodeMessage(new string('\u00fc', 251));
        AssertRejected(ChatErrorReason.MessageTooLong, "FixedLengthLine", new string('\u00fc', 252));
    }

    [Theory]
    [InlineData("Delimited", "a@@@b")]
    [InlineData("Delimited", "look@")]
    [InlineData("HandleExchangeDelimited", "@@@")]
    public void Message_that_contains_the_delimiter_is_rejected(string dialect, string text) => AssertRejected(ChatErrorReason.MessageInvalid, dialect, text);

    [Theory]
    [InlineData("PortGreetingDelimited", "a|b", true)]
    [InlineData("PortGreetingDelimited", "a||b", false)]
    [InlineData("PortGreetingDelimited", "a|", false)]
    public void Message_that_contains_the_delimiter_is_rejected_only_on_the_side_that_uses_it(string dialect, string text, bool isAcceptedAtServer)
    {
        var server = new DialectEncoder(ChatDialect.Get(dialect), ChatSide.Server, "HostA", 1);
        Assert.NotEqual(0, CreateEncoder(dialect).EncodeMessage(text).Count);
        if (isAcceptedAtServer)
            Assert.NotEqual(0, server.EncodeMessage(text).Count);
        else
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => server.EncodeMessage(text)).Reason);
    }

    [Fact]
    public void Quit_command_is_rejected_as_a_message_without_a_handle()
    {
        var bare = ChatDialect.Get("BareRaw") with { Client = new ChatDialectSide { QuitCommand = "/quit" } };
        var encoder = new DialectEncoder(bare, ChatSide.Client, "Chris", 1);
        Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => encoder.EncodeMessage("/quit")).Reason);
        Assert.Equal("Chris> /quit", DialectVector.Text(CreateEncoder("PortGreetingDelimited").EncodeMessage("/quit")));
    }

    [Theory]
    [InlineData(ChatEncoding.Latin1, "Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe")]
    [InlineData(ChatEncoding.Latin1, "\u20ac", null)]
    [InlineData(ChatEncoding.Latin1, "\U0001F44D", null)]
    [InlineData(ChatEncoding.Ascii, "plain", "plain")]
    [InlineData(ChatEncoding.Ascii, "\u00fc", null)]
    [InlineData(ChatEncoding.Utf8, "\u00fc", "\u00c3\u00bc")]
    public void Character_that_the_encoding_cannot_represent_is_rejected(ChatEncoding encoding, string text, string? bytes)
    {
        var dialect = ChatDialect.Get("BareRaw") with { Encoding = encoding };
        var encoder = new DialectEncoder(dialect, ChatSide.Client, "Chris", 1);
        if (bytes is null)
        {
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => encoder.EncodeMessage(text)).Reason);
            return;
        }
        var frame = encoder.EncodeMessage(text);
        Assert.Equal(bytes, DialectVector.Text(frame));
        var decoder = new DialectDecoder(dialect, ChatSide.Client);
        DialectPeer.Feed(decoder, frame);
        decoder.Complete();
        Assert.Equal([text], DialectPeer.Read(decoder));
    }

    [Fact]
    public void Validate_handle_that_the_encoding_cannot_represent_throws()
    {
        var options = new ChatOptions { Handle = "J\u00f6rg", Dialect = ChatDialect.Get("Raw") with { Encoding = ChatEncoding.Ascii } };
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        (options with { Dialect = ChatDialect.Get("Raw") with { Encoding = ChatEncoding.Latin1 } }).Validate();
    }

    [Fact]
    public void Validate_contradictory_dialect_throws()
    {
        ChatDialectSide[] invalidSides =
        [
            new() { FixedLength = 10, LengthPrefix = ChatLengthPrefix.Digits }, new() { FixedLength = -1 }, new() { Separator = "\n" }, new() { QuitCommand = "a\0" },
            new() { FixedLength = 3 }, new() { Terminator = "@\n@" }, new() { Terminator = "t", QuitCommand = "\\quit" },
        ];
        foreach (var side in invalidSides)
        {
            var options = new ChatOptions { Handle = "Chris", Dialect = new ChatDialect { Name = "Mine", Server = side } };
            Assert.Equal(ChatErrorReason.DialectInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        }
    }

    [Fact]
    public void Get_ignores_case_and_names_an_unknown_dialect()
    {
        Assert.Same(ChatDialect.Auto, ChatDialect.Get("aUtO"));
        var error = Assert.Throws<ChatException>(() => ChatDialect.Get("Klingon"));
        Assert.Equal(ChatErrorReason.DialectNotFound, error.Reason);
        Assert.Contains("Klingon", error.Message, StringComparison.Ordinal);
        Assert.Equal(ChatDialect.BuiltIn.Count, ChatDialect.BuiltIn.Select(d => d.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("Line", @"C Chris> test\n / S HostA> hello\n / C \quit\n")]
    [InlineData("RawClosing", @"C Chris> test / S HostA> hello / C closes")]
    [InlineData("FixedLengthLine", @"C Chris>test\n\0 x 500 / S hello / C \quit\n\0 x 505")]
    [InlineData("NullTerminated", @"C Chris> test\0 / S HostA> hello\0 / C \quit\0")]
    [InlineData("HandleExchangeLine", @"C Chris / S HostA / C test\n / S hello / C closes")]
    [InlineData("ServerQuestion", @"S What is your name?\n / C Chris\n\0 / S hello\n / C test\n\0 x 251 / C \quit\n\0 x 250")]
    [InlineData("HandleExchangeFixedLength", @"C Chris / S HostA / C test\0 x 1020 / S hello / C \quit\0 x 1019")]
    [InlineData("HandleExchangeDelimited", @"C Chris / S HostA / C test\n@@@ / S hello@@@ / C \quit\n@@@")]
    [InlineData("ServerHandle", @"S HostA / C test / S hello / C \quit")]
    [InlineData("PortGreeting", @"C 54321 / S HostA> hello / C Chris> test\0 x 502 / C \quit\0 x 508")]
    [InlineData("PortGreetingDelimited", @"C Chris> 54321 / S HostA> hello|| / C Chris> test / C /quit")]
    [InlineData("LengthPadded", @"C 12xChris-> test / S 13xHostA-> hello / C 5xx\quit")]
    [InlineData("LengthDigits", @"C 012Chris> test\0 / S 013HostA> hello\0 / C closes")]
    [InlineData("Length32", @"C \0\0\0\x0bChris> test / S \0\0\0\x0cHostA> hello / C \0\0\0\x05\quit")]
    public void Example_shows_the_bytes(string dialect, string lines) =>
        Assert.Equal(lines.Split(" / "), ChatDialect.Get(dialect).Example.Split(Environment.NewLine));

    [Theory]
    [InlineData("BareRaw", @"\quit", @"Invalid message '\quit'. It is the quit command of the dialect BareRaw.")]
    [InlineData("Delimited", "a@@@", "Invalid message. The delimiter '@@@' of the dialect Delimited occurs before its end.")]
    [InlineData("HandleExchangeDelimited", "a@@@b", "Invalid message. The delimiter '@@@' of the dialect HandleExchangeDelimited occurs before its end.")]
    [InlineData("LengthDigits", 1000 - 8, "The message has 1000 bytes in the dialect LengthDigits. The limit is 999.")]
    [InlineData("FixedLengthLine", 511 - 7, "The message has 511 bytes in the dialect FixedLengthLine. The limit is 510.")]
    public void Rejected_message_is_explained_and_names_the_option(string dialect, object textOrLength, string expected)
    {
        var text = textOrLength as string ?? new string('x', (int)textOrLength);
        var error = Assert.Throws<ChatException>(() => CreateEncoder(dialect).EncodeMessage(text));
        Assert.Equal((expected, nameof(ChatOptions.Dialect)), (error.Message, error.OptionName));
    }

    [Fact]
    public void Character_that_cannot_be_encoded_is_named_by_its_position_or_its_handle()
    {
        var ascii = ChatDialect.Get("Raw") with { Encoding = ChatEncoding.Ascii };
        var message = Assert.Throws<ChatException>(() => new DialectEncoder(ascii, ChatSide.Client, "Chris", 1).EncodeMessage("Gr\u00fc\u00dfe"));
        Assert.Equal(("Invalid character at position 3 of the message. The dialect Raw can send only Ascii characters.", nameof(ChatOptions.Dialect)),
            (message.Message, message.OptionName));
        var handle = Assert.Throws<ChatException>(() => new DialectEncoder(ascii, ChatSide.Client, "J\u00f6rg", 1));
        Assert.Equal("Invalid handle 'J\u00f6rg'. The dialect Raw can send only Ascii characters.", handle.Message);
    }

    private static DialectEncoder CreateEncoder(string dialect) => new(ChatDialect.Get(dialect), ChatSide.Client, "Chris", 1);

    private static void AssertRejected(ChatErrorReason reason, string dialect, string text) =>
        Assert.Equal(reason, Assert.Throws<ChatException>(() => CreateEncoder(dialect).EncodeMessage(text)).Reason);

    private static string Decode(string dialect, ArraySegment<byte> frame)
    {
        // Without the greeting.
        var named = ChatDialect.Get(dialect);
        named = named with { Client = named.Client with { Greeting = "" } };
        var decoder = new DialectDecoder(named, ChatSide.Client);
        DialectPeer.Feed(decoder, frame);
        decoder.Complete();
        return Assert.Single(DialectPeer.Read(decoder));
    }
}
