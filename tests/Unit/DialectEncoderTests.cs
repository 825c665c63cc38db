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
    public void What_fits_is_said_and_one_byte_more_is_refused(string dialect, int most)
    {
        Assert.Equal(most, Read(dialect, Writer(dialect).EncodeMessage(new string('x', most))).Length);
        Refuses(ChatErrorReason.MessageTooLong, dialect, new string('x', most + 1));
    }

    [Fact]
    public void Bytes_count_and_not_characters_where_a_buffer_is_the_limit()
    {
        Writer("FixedLengthLine").EncodeMessage(new string('\u00fc', 251));
        Refuses(ChatErrorReason.MessageTooLong, "FixedLengthLine", new string('\u00fc', 252));
    }

    [Theory]
    [InlineData("Delimited", "a@@@b")]
    [InlineData("Delimited", "look@")]
    [InlineData("HandleExchangeDelimited", "@@@")]
    public void A_message_that_would_end_early_is_refused(string dialect, string text) => Refuses(ChatErrorReason.MessageInvalid, dialect, text);

    [Theory]
    [InlineData("PortGreetingDelimited", "a|b", true)]
    [InlineData("PortGreetingDelimited", "a||b", false)]
    [InlineData("PortGreetingDelimited", "a|", false)]
    public void Only_the_end_with_the_mark_minds_it(string dialect, string text, bool serverMay)
    {
        var server = new DialectEncoder(ChatDialect.Get(dialect), ChatSide.Server, "HostA", 1);
        Assert.NotEqual(0, Writer(dialect).EncodeMessage(text).Count);
        if (serverMay)
            Assert.NotEqual(0, server.EncodeMessage(text).Count);
        else
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => server.EncodeMessage(text)).Reason);
    }

    [Fact]
    public void A_word_that_means_to_leave_is_no_message_where_it_stands_alone()
    {
        var bare = ChatDialect.Get("BareRaw") with { Client = new ChatDialectSide { QuitCommand = "/quit" } };
        var writer = new DialectEncoder(bare, ChatSide.Client, "Chris", 1);
        Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => writer.EncodeMessage("/quit")).Reason);
        Assert.Equal("Chris> /quit", DialectVector.Text(Writer("PortGreetingDelimited").EncodeMessage("/quit")));
    }

    [Theory]
    [InlineData(ChatEncoding.Latin1, "Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe")]
    [InlineData(ChatEncoding.Latin1, "\u20ac", null)]
    [InlineData(ChatEncoding.Latin1, "\U0001F44D", null)]
    [InlineData(ChatEncoding.Ascii, "plain", "plain")]
    [InlineData(ChatEncoding.Ascii, "\u00fc", null)]
    [InlineData(ChatEncoding.Utf8, "\u00fc", "\u00c3\u00bc")]
    public void What_the_encoding_has_no_bytes_for_is_refused(ChatEncoding encoding, string text, string? bytes)
    {
        var dialect = ChatDialect.Get("BareRaw") with { Encoding = encoding };
        var writer = new DialectEncoder(dialect, ChatSide.Client, "Chris", 1);
        if (bytes is null)
        {
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => writer.EncodeMessage(text)).Reason);
            return;
        }
        var frame = writer.EncodeMessage(text);
        Assert.Equal(bytes, DialectVector.Text(frame));
        var reader = new DialectDecoder(dialect, ChatSide.Client);
        DialectPeer.Feed(reader, frame);
        reader.Complete();
        Assert.Equal([text], DialectPeer.Read(reader));
    }

    [Fact]
    public void A_handle_that_the_encoding_has_no_bytes_for_is_refused_before_anything_is_opened()
    {
        var options = new ChatOptions { Handle = "J\u00f6rg", Dialect = ChatDialect.Get("Raw") with { Encoding = ChatEncoding.Ascii } };
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        (options with { Dialect = ChatDialect.Get("Raw") with { Encoding = ChatEncoding.Latin1 } }).Validate();
    }

    [Fact]
    public void A_dialect_that_contradicts_itself_is_refused_before_anything_is_opened()
    {
        ChatDialectSide[] bad =
        [
            new() { FixedLength = 10, LengthPrefix = ChatLengthPrefix.Digits }, new() { FixedLength = -1 }, new() { Separator = "\n" }, new() { QuitCommand = "a\0" },
            new() { FixedLength = 3 }, new() { Terminator = "@\n@" }, new() { Terminator = "t", QuitCommand = "\\quit" },
        ];
        foreach (var side in bad)
        {
            var options = new ChatOptions { Handle = "Chris", Dialect = new ChatDialect { Name = "Mine", Server = side } };
            Assert.Equal(ChatErrorReason.DialectInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        }
    }

    [Fact]
    public void A_dialect_is_found_by_name_in_any_case_and_one_that_is_not_there_is_named()
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
    [InlineData("HandleExchangeFixedLength", @"C Chris / S HostA / C test\0 x 1020 / S hello / C \quit\0 x 1019")]
    [InlineData("HandleExchangeDelimited", @"C Chris / S HostA / C test\n@@@ / S hello@@@ / C \quit\n@@@")]
    [InlineData("ServerHandle", @"S HostA / C test / S hello / C \quit")]
    [InlineData("PortGreeting", @"C 54321 / S HostA> hello / C Chris> test\0 x 502 / C \quit\0 x 508")]
    [InlineData("PortGreetingDelimited", @"C Chris> 54321 / S HostA> hello|| / C Chris> test / C /quit")]
    [InlineData("LengthPadded", @"C 12xChris-> test / S 13xHostA-> hello / C 5xx\quit")]
    [InlineData("LengthDigits", @"C 012Chris> test\0 / S 013HostA> hello\0 / C closes")]
    [InlineData("Length32", @"C \0\0\0\x0bChris> test / S \0\0\0\x0cHostA> hello / C \0\0\0\x05\quit")]
    public void An_example_shows_the_bytes(string dialect, string lines) =>
        Assert.Equal(lines.Split(" / "), ChatDialect.Get(dialect).Example.Split(Environment.NewLine));

    private static DialectEncoder Writer(string dialect) => new(ChatDialect.Get(dialect), ChatSide.Client, "Chris", 1);

    private static void Refuses(ChatErrorReason reason, string dialect, string text) =>
        Assert.Equal(reason, Assert.Throws<ChatException>(() => Writer(dialect).EncodeMessage(text)).Reason);

    private static string Read(string dialect, ArraySegment<byte> frame)
    {
        // The opening is not wanted here.
        var named = ChatDialect.Get(dialect);
        named = named with { Client = named.Client with { Greeting = "" } };
        var reader = new DialectDecoder(named, ChatSide.Client);
        DialectPeer.Feed(reader, frame);
        reader.Complete();
        return Assert.Single(DialectPeer.Read(reader));
    }
}
