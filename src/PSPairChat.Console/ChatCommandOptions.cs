using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Linq;
using PSPairChat.Rooms;

namespace PSPairChat.ConsoleApp;

/// <summary>The options that both commands have: how to talk.</summary>
internal sealed class ChatCommandOptions
{
    private readonly Option<string> _handle = new("--handle", "-n")
    {
        Description = "Your handle: one word of letters, digits, '-', '_' or '.'. Asked for when left out.",
        HelpName = "HANDLE",
    };

    private readonly Option<string> _dialect = new("--dialect")
    {
        Description = "How to talk: the name of a dialect; Auto finds it out. In a room Text or Kutztown.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ChatDialect.Auto.Name,
    };

    private readonly Option<string?> _room = new("--room")
    {
        Description = "The name of a room, in which many people talk, instead of a pair.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _transcript = new("--transcript")
    {
        Description = "The file to which messages and notices are appended as JSON Lines.",
        HelpName = "FILE",
    };

    private readonly Option<TurnOrder> _turnOrder = new("--turn-order")
    {
        Description = "Whether the two take turns (Alternate) or speak when they like (Free).",
        HelpName = "Alternate|Free",
        CustomParser = ReadTurnOrder,
    };

    private readonly Option<int> _maxMessageLength = NumberOption(
        "--max-message-length", "The most characters that a message of yours may have.", ChatOptions.DefaultMaxMessageLength, 1, 1_000_000);

    private readonly Option<int> _maxHandleLength = NumberOption(
        "--max-handle-length", "The most characters that your handle may have.", ChatOptions.DefaultMaxHandleLength, 1, 64);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _turnOrder.CompletionSources.Add(nameof(TurnOrder.Alternate), nameof(TurnOrder.Free));
        _dialect.CompletionSources.Add(_ => ChatDialect.BuiltIn.Select(d => d.Name).Concat(RoomDialects.Names).Select(n => new CompletionItem(n)));
        command.Options.Add(_handle);
        command.Options.Add(_room);
        command.Options.Add(_dialect);
        command.Options.Add(_transcript);
        command.Options.Add(_turnOrder);
        command.Options.Add(_maxMessageLength);
        command.Options.Add(_maxHandleLength);
    }

    /// <summary>The room to talk in; null for a conversation of two.</summary>
    public string? Room(ParseResult command) => command.GetValue(_room);

    /// <summary>How the room talks.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public RoomDialect RoomDialect(ParseResult command) => RoomDialects.Find(command.GetValue(_dialect)!);

    /// <summary>How to talk, as the command line says.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    public ChatOptions Read(ParseResult command) => new()
    {
        Handle = command.GetValue(_handle) ?? "",
        Dialect = Room(command) is null ? ChatDialect.Get(command.GetValue(_dialect)!) : ChatDialect.Auto,
        TranscriptPath = command.GetValue(_transcript),
        TurnOrder = command.GetValue(_turnOrder),
        MaxMessageLength = command.GetValue(_maxMessageLength),
        MaxHandleLength = command.GetValue(_maxHandleLength),
    };

    private static Option<int> NumberOption(string name, string description, int otherwise, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Number.Read(result, "number", least, most),
    };

    private static TurnOrder ReadTurnOrder(ArgumentResult result)
    {
        var word = result.Tokens[0].Value;
        if (word.Equals(nameof(TurnOrder.Alternate), System.StringComparison.OrdinalIgnoreCase))
            return TurnOrder.Alternate;
        if (!word.Equals(nameof(TurnOrder.Free), System.StringComparison.OrdinalIgnoreCase))
            result.AddError($"'{word}' is no turn order: it is Alternate or Free.");
        return TurnOrder.Free;
    }
}
