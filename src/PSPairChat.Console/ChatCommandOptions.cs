using System;
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Linq;
using PSPairChat.Rooms;

namespace PSPairChat.ConsoleApp;

/// <summary>The options that <c>serve</c> and <c>connect</c> share.</summary>
internal sealed class ChatCommandOptions
{
    private const int MaxHandleLengthLimit = 64;

    private readonly Option<string> _handle = new("--handle", "-n")
    {
        Description = "The local handle: one word of letters, digits, '-', '_' or '.'. By default, it is prompted for.",
        HelpName = "HANDLE",
    };

    private readonly Option<string> _dialect = new("--dialect")
    {
        Description = "The name of the dialect; Auto detects it. In a room, Text or Kutztown.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ChatDialect.Auto.Name,
    };

    private readonly Option<string?> _room = new("--room")
    {
        Description = "The name of the room, for a chat of many members. By default, a chat has two participants.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _transcript = new("--transcript")
    {
        Description = "The file to append messages and notices to, in JSON Lines format.",
        HelpName = "FILE",
    };

    private readonly Option<TurnOrder> _turnOrder = new("--turn-order")
    {
        Description = "The turn order: the participants alternate (Alternate, the default) or send at any time (Free).",
        HelpName = "Alternate|Free",
        CustomParser = ParseTurnOrder,
    };

    private readonly Option<int> _maxMessageLength = NumberParser.CreateOption(
        "--max-message-length", "The maximum number of characters in a sent message.", ChatOptions.DefaultMaxMessageLength, 1, ChatOptions.MessageLengthLimit);

    private readonly Option<int> _maxHandleLength = NumberParser.CreateOption(
        "--max-handle-length", "The maximum number of characters in the local handle.", ChatOptions.DefaultMaxHandleLength, 1, MaxHandleLengthLimit);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _dialect.CompletionSources.Add(_ => ChatDialect.BuiltIn.Select(d => d.Name).Concat(RoomDialects.Names).Select(n => new CompletionItem(n)));
        foreach (var option in new Option[] { _handle, _room, _dialect, _transcript, _turnOrder, _maxMessageLength, _maxHandleLength })
            command.Options.Add(option);
    }

    /// <summary>Gets the name of the room; null for a chat of two participants.</summary>
    public string? GetRoom(ParseResult parseResult) => parseResult.GetValue(_room);

    /// <summary>Gets the dialect of the room.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public RoomDialect GetRoomDialect(ParseResult parseResult) => RoomDialects.Find(parseResult.GetValue(_dialect)!);

    /// <summary>Gets the options of the session.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public ChatOptions GetChatOptions(ParseResult parseResult) => new()
    {
        Handle = parseResult.GetValue(_handle) ?? "",
        Dialect = GetRoom(parseResult) is null ? ChatDialect.Get(parseResult.GetValue(_dialect)!) : ChatDialect.Auto,
        TranscriptPath = parseResult.GetValue(_transcript),
        TurnOrder = parseResult.GetValue(_turnOrder),
        MaxMessageLength = parseResult.GetValue(_maxMessageLength),
        MaxHandleLength = parseResult.GetValue(_maxHandleLength),
    };

    private static TurnOrder ParseTurnOrder(ArgumentResult result)
    {
        var value = result.Tokens[0].Value;
        if (value.Equals(nameof(TurnOrder.Alternate), StringComparison.OrdinalIgnoreCase))
            return TurnOrder.Alternate;
        if (!value.Equals(nameof(TurnOrder.Free), StringComparison.OrdinalIgnoreCase))
            result.AddError($"Invalid --turn-order '{value}'. Specify Alternate or Free.");
        return TurnOrder.Free;
    }
}
