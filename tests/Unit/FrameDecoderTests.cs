using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using Xunit;
using static PSPairChat.Unit.DialectVector;

namespace PSPairChat.Unit;

/// <summary>
/// The frames that are read after each piece of bytes. An empty piece is a pause, a frame is in brackets, and a slash separates what each piece completed.
/// </summary>
public sealed class FrameDecoderTests
{
    private static readonly string LongText = new('x', FrameDecoder.MaxFrameBytes);

    [Theory]
    [InlineData("/[hi]", "hi", "")]
    [InlineData("[hi]/[there]", "hi\nthere", "")]
    [InlineData("[hi]/[there]", "hi\n", "there\n")]
    [InlineData("[][hi]", "\nhi\n")]
    [InlineData("/[hi]", "hi\n\0", "")]
    [InlineData("/[hi]", "hi\0", "")]
    [InlineData("/[hi]", "hi\0old\n", "")]
    [InlineData("/[hi]", "\0\0hi", "")]
    [InlineData("/", "\0\0", "")]
    [InlineData("[hi]//", "hi\n", "\0old", "")]
    [InlineData("[hi]///[bye]", "hi\n", "\0old", "", "bye\n")]
    [InlineData("[hi]////[bye]", "hi\n", "\0o", "ld\0", "", "bye\n")]
    [InlineData("[]/[hi]", "\nhi\0old", "")]
    [InlineData("/[]/[bye]", "\n\0old", "", "bye\n")]
    [InlineData("[hi]//[there]//[bye]", "hi\n", "there", "", "\0\0bye", "")]
    public void Frame_without_a_terminator_ends_at_a_line_feed_or_a_pause(string expected, params string[] pieces) =>
        Assert.Equal(expected, Read(new ChatDialectSide(), false, pieces));

    [Theory]
    [InlineData("[hi][there]", "hi\r\nthere\n")]
    [InlineData("[]", "\n")]
    [InlineData("//[hi]/[bye]", "hi\0old", "\n", "", "bye\n")]
    [InlineData("/[\\quit]", "\\quit", "")]
    [InlineData("/[Chris> \\quit]", "Chris> \\quit", "")]
    [InlineData("/", "Chris> hello", "")]
    [InlineData("//[hello there]", "hello", "", " there\n")]
    [InlineData("//[Chris> /quit]", "Chris> /quit", "", "\n")]
    [InlineData("[]/[hi]", "\nhi\0old", "")]
    public void Frame_of_a_line_ends_at_its_line_feed(string expected, params string[] pieces) =>
        Assert.Equal(expected, Read(new ChatDialectSide { Terminator = "\n" }, false, pieces));

    [Theory]
    [InlineData("[hi][there]", "hi@@@there@@@")]
    [InlineData("[]", "@@@")]
    [InlineData("[]", "\n@@@")]
    [InlineData("[hi][there]", "hi\n@@@\r\nthere\r\n@@@\n")]
    [InlineData("[one\ntwo\n]", "one\ntwo\n@@@")]
    [InlineData("//[hi][there]", "hi@", "@", "@there@@@")]
    [InlineData("/[\\quit]", "\\quit", "")]
    [InlineData("/", "hi", "")]
    public void Frame_with_a_delimiter_ends_there(string expected, params string[] pieces)
    {
        Assert.Equal(expected, Read(new ChatDialectSide { Terminator = "@@@" }, false, pieces));
        Assert.Equal(expected, Read(new ChatDialectSide { Terminator = "\n@@@" }, false, pieces));
    }

    [Theory]
    [InlineData("[hi][there]", "hi\0there\0")]
    [InlineData("[hi]", "hi\nold\0")]
    [InlineData("[hi]", "hi\n\0")]
    [InlineData("[Chris> hi]", "Chris> \0hi\0")]
    [InlineData("/[Chris> hi]/[bye]", "Chris> \0\0", "hi\0", "bye\0")]
    [InlineData("/[\\quit]", "\\quit", "")]
    [InlineData("/", "hi", "")]
    public void Frame_with_a_NUL_ends_there(string expected, params string[] pieces)
    {
        Assert.Equal(expected, Read(new ChatDialectSide { Terminator = "\0" }, false, pieces));
        Assert.Equal(expected, Read(new ChatDialectSide { Terminator = "\n\0" }, false, pieces));
    }

    [Theory]
    [InlineData("[12345678]", "12345678")]
    [InlineData("[12345678][hi]", "12345678hi\0\0\0\0\0\0")]
    [InlineData("/[12345678]", "1234", "5678")]
    [InlineData("/[hi]", "hi", "")]
    [InlineData("[hi]", "hi\nold\0\0")]
    [InlineData("[]", "\nhi\0\0\0\0\0")]
    [InlineData("[hi]", "hi\0old\0\0")]
    [InlineData("[C> hi]", "C> \0\0hi\0")]
    [InlineData("[C> hi!]", "C> \0\0hi!")]
    [InlineData("[C> ]", "C> \0\0\0\0\0")]
    public void Frame_of_a_fixed_length_ends_there_or_in_a_pause(string expected, params string[] pieces) =>
        Assert.Equal(expected, Read(new ChatDialectSide { FixedLength = 8 }, false, pieces));

    [Theory]
    [InlineData("@@@")]
    [InlineData("\0")]
    public void Pause_ends_a_frame_whose_framing_may_be_wrong(string terminator) =>
        Assert.Equal("/[hi]", Read(new ChatDialectSide { Terminator = terminator }, true, "hi", ""));

    [Theory]
    [InlineData("\n")]
    [InlineData("@@@")]
    [InlineData("\0")]
    public void Pause_in_a_long_message_does_not_end_it(string terminator)
    {
        var text = LongText[..100];
        Assert.Equal($"//[{text}y]", Read(new ChatDialectSide { Terminator = terminator }, false, text, "", "y" + terminator));
    }

    [Fact]
    public void Quit_command_after_a_long_handle_needs_no_terminator()
    {
        var text = new string('h', 62) + @"> \quit";
        Assert.Equal($"/[{text}]", Read(new ChatDialectSide { Terminator = "\n" }, false, text, ""));
    }

    [Theory]
    [InlineData("[]", "\0\0\0\0")]
    [InlineData("[]", "\0\0\0\u0001\n")]
    [InlineData("[]", "\0\0\0\u0003\0hi")]
    [InlineData("//[hello]", "\0\0\0\u0005he", "", "llo")]
    [InlineData("//[hello]", "\0\0", "", "\0\u0005hello")]
    public void Frame_with_a_length_ends_there(string expected, params string[] pieces) =>
        Assert.Equal(expected, Read(new ChatDialectSide { LengthPrefix = ChatLengthPrefix.BigEndian32 }, false, pieces));

    [Theory]
    [InlineData("[hi]//", "2xxhi", "\0\0", "")]
    [InlineData("[hi]////", "2xxhi", "\0", "\0\0", "\0", "")]
    [InlineData("[hi]//[yo]", "2xxhi", "yo", "")]
    public void Padding_after_a_frame_with_a_detected_length_is_no_frame(string expected, params string[] pieces) =>
        Assert.Equal(expected, Read(new ChatDialectSide { LengthPrefix = ChatLengthPrefix.PaddedDigits }, true, pieces));

    [Theory]
    [InlineData("\n")]
    [InlineData("@@@")]
    [InlineData("\0")]
    public void Frame_whose_end_is_missing_is_too_long_above_64_KiB(string terminator) =>
        Assert.Equal("/TooLong", Read(new ChatDialectSide { Terminator = terminator }, false, LongText, "x"));

    [Fact]
    public void Length_field_is_not_part_of_the_maximum_length()
    {
        var framing = new ChatDialectSide { LengthPrefix = ChatLengthPrefix.BigEndian32 };
        Assert.Equal($"/[{LongText}]", Read(framing, false, "\0\u0001\0\0" + LongText[1..], "x"));
        Assert.Equal("TooLong", Read(framing, false, "\0\u0001\0\u0001x"));
    }

    private static string Read(ChatDialectSide framing, bool isTentative, params string[] pieces)
    {
        var buffer = new ReceiveBuffer();
        var decoder = FrameDecoder.Create(buffer, framing, ChatEncoding.Utf8, isTentative);
        return string.Join("/", pieces.Select(piece => Read(decoder, buffer, piece)));
    }

    private static string Read(FrameDecoder decoder, ReceiveBuffer buffer, string piece)
    {
        if (piece.Length == 0)
            buffer.OnIdle();
        DialectPeer.Feed(buffer, Bytes(piece));
        var frames = new StringBuilder();
        FrameStatus status;
        while ((status = decoder.TryRead(out var text)) == FrameStatus.Complete)
            frames.Append('[').Append(Text(text)).Append(']');
        return status == FrameStatus.TooLong ? frames.Append(status).ToString() : frames.ToString();
    }
}
