using System;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>
/// Makes a dialect of one's own from another. What either end does takes one value for both ends, or two: the client's, then the server's.
/// </summary>
[Cmdlet(VerbsCommon.New, "ChatDialect", HelpUri = HelpPages.Root + "New-ChatDialect.md")]
[OutputType(typeof(ChatDialect))]
public sealed class NewChatDialectCommand : ChatCmdlet
{
    /// <summary>The name of the new dialect.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The dialect, or the name of a built-in one, from which everything is taken that is not given.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DialectCompleter))]
    public ChatDialectReference BasedOn { get; set; } = new("Line");

    /// <summary>What the dialect does, in a sentence.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>Which end gives its opening first.</summary>
    [Parameter]
    public ChatSide Opener { get; set; }

    /// <summary>Which end says the first message.</summary>
    [Parameter]
    public ChatSide FirstSpeaker { get; set; }

    /// <summary>What is said before any message: {handle} and {port} are filled in; an empty string for nothing.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Opening { get; set; } = [];

    /// <summary>What stands between the handle and the text; an empty string where messages carry no handle.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Separator { get; set; } = [];

    /// <summary>How the length is told before a message.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    public ChatLengthPrefix[] Length { get; set; } = [];

    /// <summary>What follows a text: "`n", "`0", an end mark; an empty string for nothing.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Ending { get; set; } = [];

    /// <summary>To how many bytes a message is padded with NULs; 0 for no padding.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, 65535)]
    public int[] Size { get; set; } = [];

    /// <summary>What is said to leave; an empty string where the end just closes.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Quit { get; set; } = [];

    /// <summary>The most bytes of a message with all that is around it but padding; 0 for no limit.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, int.MaxValue)]
    public int[] MaxBytes { get; set; } = [];

    /// <summary>The most characters of a text; 0 for no limit.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, int.MaxValue)]
    public int[] MaxCharacters { get; set; } = [];

    /// <summary>How characters become bytes.</summary>
    [Parameter]
    public ChatEncoding Encoding { get; set; }

    private protected override object? Target => Name;

    private protected override void ProcessInput()
    {
        var based = BasedOn.Find();
        var dialect = new ChatDialect
        {
            Name = Name,
            Description = Description ?? $"As {based.Name}, with changes.",
            GreetsFirst = IsGiven(nameof(Opener)) ? Opener : based.GreetsFirst,
            FirstSpeaker = IsGiven(nameof(FirstSpeaker)) ? FirstSpeaker : based.FirstSpeaker,
            Encoding = IsGiven(nameof(Encoding)) ? Encoding : based.Encoding,
            Client = Side(based.Client, ChatSide.Client),
            Server = Side(based.Server, ChatSide.Server),
        };
        dialect.Validate();
        WriteObject(dialect);
    }

    private ChatDialectSide Side(ChatDialectSide based, ChatSide end) => based with
    {
        Greeting = Value(Opening, end, based.Greeting),
        Separator = Value(Separator, end, based.Separator),
        LengthPrefix = Value(Length, end, based.LengthPrefix),
        Terminator = Value(Ending, end, based.Terminator),
        FixedLength = Value(Size, end, based.FixedLength),
        QuitCommand = Value(Quit, end, based.QuitCommand),
        MaxBytes = Value(MaxBytes, end, based.MaxBytes),
        MaxCharacters = Value(MaxCharacters, end, based.MaxCharacters),
    };

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    // One value is meant for both ends; two are the client's and the server's.
    private static T Value<T>(T[] given, ChatSide end, T otherwise) =>
        given.Length == 0 ? otherwise : given[Math.Min((int)end, given.Length - 1)];
}
