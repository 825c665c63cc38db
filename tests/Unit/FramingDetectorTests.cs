using PSPairChat.Dialects;
using Xunit;
using static PSPairChat.Unit.DialectVector;

namespace PSPairChat.Unit;

/// <summary>The framing that the first bytes of a peer show, at once or only when a pause follows them.</summary>
public sealed class FramingDetectorTests
{
    [Theory]
    [InlineData("hi\n", "\n")]
    [InlineData("\n", "\n")]
    [InlineData("hi\nthere", "\n")]
    [InlineData("hi\nthere\0", "\n")]
    [InlineData("hi\n@@@", "\n@@@")]
    [InlineData("hi\n@!@there", "\n@!@")]
    [InlineData("hi\n||", "\n||")]
    [InlineData("hi\n&&", "\n&&")]
    [InlineData("hi\n@there", "\n")]
    [InlineData("1\n", "\n")]
    [InlineData("42 is the answer\n", "\n")]
    [InlineData("042 is the answer\n", "\n")]
    [InlineData("009hello\n", "\n")]
    [InlineData("007> hi\n", "\n")]
    [InlineData("1\n2", "\n")]
    [InlineData("\u0008\n", "\n")]
    public void Line_feed_shows_the_terminator_at_once(string bytes, string terminator) =>
        Assert.Equal(new ChatDialectSide { Terminator = terminator }, Detect(bytes, isIdle: false));

    [Theory]
    [InlineData("\0\0\0\u0002hi", ChatLengthPrefix.BigEndian32)]
    [InlineData("\0\0\0\u0004> hi", ChatLengthPrefix.BigEndian32)]
    [InlineData("\0\0\0\u0002hi\0\0\0\u0003bye", ChatLengthPrefix.BigEndian32)]
    [InlineData("\0\u0007{\"a\":1}", ChatLengthPrefix.BigEndian16)]
    [InlineData("005hello003bye", ChatLengthPrefix.Digits)]
    [InlineData("005hello003", ChatLengthPrefix.Digits)]
    [InlineData("5xxhello3xxbye", ChatLengthPrefix.PaddedDigits)]
    [InlineData("5xxh\u00c3\u00a9llo3xxbye", ChatLengthPrefix.PaddedDigits)]
    [InlineData("\0\0\0\u0001x", ChatLengthPrefix.BigEndian32)]
    [InlineData("\0\0\0\u0002hi\0\0\0\0", ChatLengthPrefix.BigEndian32)]
    [InlineData("\0\0\0\u0002hi\0\u0001\0\0", ChatLengthPrefix.BigEndian32)]
    public void Length_shows_the_framing_at_once(string bytes, ChatLengthPrefix prefix)
    {
        Assert.Equal(new ChatDialectSide { LengthPrefix = prefix }, Detect(bytes, isIdle: false));
        Assert.Equal(new ChatDialectSide { LengthPrefix = prefix }, Detect(bytes, isIdle: true));
    }

    [Fact]
    public void Length_of_the_longest_frame_shows_the_framing()
    {
        Assert.Equal(ChatLengthPrefix.BigEndian32, Detect("\0\u0001\0\0" + new string('x', FrameDecoder.MaxFrameBytes), isIdle: false)?.LengthPrefix);
        Assert.Null(Detect("\0\u0001\0\u0001" + new string('x', FrameDecoder.MaxFrameBytes + 1), isIdle: false));
    }

    [Fact]
    public void Line_feed_in_a_length_of_two_bytes_does_not_end_a_line()
    {
        Assert.Null(Detect("\u0001\n", isIdle: false));
        Assert.Null(Detect("\u0001\n{", isIdle: false));
        Assert.Equal(ChatLengthPrefix.BigEndian16, Detect("\u0001\n{" + new string(' ', 264) + "}", isIdle: false)?.LengthPrefix);
    }

    [Theory]
    [InlineData("", null, ChatLengthPrefix.None)]
    [InlineData("hi", "", ChatLengthPrefix.None)]
    [InlineData("hi@@@", "@@@", ChatLengthPrefix.None)]
    [InlineData("hi@!@", "@!@", ChatLengthPrefix.None)]
    [InlineData("hi||", "||", ChatLengthPrefix.None)]
    [InlineData("hi&&", "&&", ChatLengthPrefix.None)]
    [InlineData("@@@", "", ChatLengthPrefix.None)]
    [InlineData("hi@@", "", ChatLengthPrefix.None)]
    [InlineData("hi\0", "\0", ChatLengthPrefix.None)]
    [InlineData("hi\0there\0", "\0", ChatLengthPrefix.None)]
    [InlineData("hi\0\0", "", ChatLengthPrefix.None)]
    [InlineData("hi\0there", "", ChatLengthPrefix.None)]
    [InlineData("hi\n\0", "\n\0", ChatLengthPrefix.None)]
    [InlineData("hi\n\0\0", "", ChatLengthPrefix.None)]
    [InlineData("hi\n\0there", "", ChatLengthPrefix.None)]
    [InlineData("hi\n@@", "\n", ChatLengthPrefix.None)]
    [InlineData("007> hi", "", ChatLengthPrefix.None)]
    [InlineData("005hello", "", ChatLengthPrefix.Digits)]
    [InlineData("006hello\0", "\0", ChatLengthPrefix.Digits)]
    [InlineData("005hello\n", "", ChatLengthPrefix.Digits)]
    [InlineData("008hello\n", "\n", ChatLengthPrefix.None)]
    [InlineData("005hello!!!", "", ChatLengthPrefix.None)]
    [InlineData("5xxhello", "", ChatLengthPrefix.PaddedDigits)]
    [InlineData("\0\u0007(\"a\":1)", "", ChatLengthPrefix.None)]
    [InlineData("\0\u0007{\"a\":1]", "", ChatLengthPrefix.None)]
    [InlineData("\0\u0007(\"a\":1}", "", ChatLengthPrefix.None)]
    [InlineData("6xxh\u00c3\u00a9llo", "", ChatLengthPrefix.PaddedDigits)]
    [InlineData("12", "", ChatLengthPrefix.None)]
    [InlineData("\0hi\n", "", ChatLengthPrefix.None)]
    [InlineData("\0hi\0", "\0", ChatLengthPrefix.None)]
    [InlineData("\0\0\0\u0002hi\u0001\0\0\0bye", "", ChatLengthPrefix.None)]
    public void Pause_decides_what_more_bytes_could_change(string bytes, string? terminator, ChatLengthPrefix prefix)
    {
        Assert.Null(Detect(bytes, isIdle: false));
        var framing = terminator is null ? null : new ChatDialectSide { Terminator = terminator, LengthPrefix = prefix };
        Assert.Equal(framing, Detect(bytes, isIdle: true));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1000)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Padding_to_a_common_buffer_size_shows_a_fixed_length(int size)
    {
        Assert.Equal(new ChatDialectSide { FixedLength = size }, Detect("hi".PadRight(size, '\0'), isIdle: true));
        Assert.Equal(new ChatDialectSide { FixedLength = size }, Detect("\0hi".PadRight(size, '\0'), isIdle: true));
        Assert.Equal(new ChatDialectSide { FixedLength = size, Terminator = "\n" }, Detect("hi\n".PadRight(size, '\0'), isIdle: true));
        Assert.Equal(new ChatDialectSide { FixedLength = size, Terminator = "\n" }, FramingDetector.DetectPaddingAfterLine(3, size - 3));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(257)]
    [InlineData(4097)]
    public void Padding_to_another_size_shows_no_framing(int size)
    {
        Assert.Equal(new ChatDialectSide(), Detect("hi".PadRight(size, '\0'), isIdle: true));
        Assert.Equal(new ChatDialectSide(), Detect("hi\n".PadRight(size, '\0'), isIdle: true));
        Assert.Equal(new ChatDialectSide(), FramingDetector.DetectPaddingAfterLine(3, size - 3));
    }

    [Fact]
    public void Single_NUL_after_a_line_is_part_of_its_terminator() =>
        Assert.Equal(new ChatDialectSide { Terminator = "\n\0" }, FramingDetector.DetectPaddingAfterLine(3, 1));

    [Theory]
    [InlineData("Chris\n", null)]
    [InlineData("Chris\n@", null)]
    [InlineData("Chris\n@@@", "\n@@@")]
    [InlineData("Chris\nhi", "\n")]
    public void Delimiter_can_follow_the_line_feed_of_a_greeting(string bytes, string? terminator)
    {
        Assert.Equal(terminator, Detect(bytes, isIdle: false, isGreeting: true)?.Terminator);
        Assert.Equal(terminator ?? "\n", Detect(bytes, isIdle: true, isGreeting: true)?.Terminator);
    }

    [Theory]
    [InlineData("@@@", "@@@", "@@@")]
    [InlineData("||hi", "||", "||")]
    [InlineData("@!", null, "")]
    [InlineData("&", null, "")]
    [InlineData("@hi", "", "")]
    [InlineData("hi", "", "")]
    public void Delimiter_after_a_line_is_detected_when_it_is_whole(string bytes, string? beforePause, string afterPause)
    {
        Assert.Equal(beforePause, FramingDetector.DetectDelimiterAfterLine(CreateBuffer(bytes, isIdle: false)));
        Assert.Equal(afterPause, FramingDetector.DetectDelimiterAfterLine(CreateBuffer(bytes, isIdle: true)));
    }

    private static ChatDialectSide? Detect(string bytes, bool isIdle, bool isGreeting = false) =>
        FramingDetector.Detect(CreateBuffer(bytes, isIdle), isGreeting);

    private static ReceiveBuffer CreateBuffer(string text, bool isIdle)
    {
        var buffer = new ReceiveBuffer();
        DialectPeer.Feed(buffer, Bytes(text));
        if (isIdle)
            buffer.OnIdle();
        return buffer;
    }
}
