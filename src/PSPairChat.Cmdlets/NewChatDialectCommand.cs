using System;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Creates a custom dialect. A parameter for the sides takes one value for both, or the value of the client and the value of the server.</summary>
[Cmdlet(VerbsCommon.New, "ChatDialect", HelpUri = HelpPages.Root + "New-ChatDialect.md")]
[OutputType(typeof(ChatDialect))]
public sealed class NewChatDialectCommand : ChatCmdlet
{
    private NamedArgument<ChatDialect> _basedOn;

    /// <summary>Specifies the name of the dialect.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Specifies the dialect, or the name of a built-in dialect, that provides all values that are not specified. The default is Line.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [ChatDialectTransformation]
    [ArgumentCompleter(typeof(DialectCompleter))]
    public ChatDialect? BasedOn
    {
        get => _basedOn.Value;
        set => _basedOn = NamedArgument<ChatDialect>.Bind(value);
    }

    /// <summary>Specifies a description of the dialect.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>Specifies the side that sends its greeting first.</summary>
    [Parameter]
    public ChatSide GreetsFirst { get; set; }

    /// <summary>Specifies the side that sends the first message.</summary>
    [Parameter]
    public ChatSide FirstSpeaker { get; set; }

    /// <summary>Specifies the text that a side sends before its first message; an empty string for none.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Greeting { get; set; } = [];

    /// <summary>Specifies the text between the handle and the message; an empty string for messages without a handle.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Separator { get; set; } = [];

    /// <summary>Specifies the format of the length before a message.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    public ChatLengthPrefix[] LengthPrefix { get; set; } = [];

    /// <summary>Specifies the text that terminates a message; an empty string for none.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] Terminator { get; set; } = [];

    /// <summary>Specifies the number of bytes to which a message is padded with NUL characters; 0 for no padding.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, 65535)]
    public int[] FixedLength { get; set; } = [];

    /// <summary>Specifies the text that ends the conversation; an empty string for a side that only closes the connection.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [AllowEmptyString]
    public string[] QuitCommand { get; set; } = [];

    /// <summary>Specifies the maximum number of bytes in a message, without padding; 0 for no limit.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, int.MaxValue)]
    public int[] MaxBytes { get; set; } = [];

    /// <summary>Specifies the maximum number of characters in a message; 0 for no limit.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, int.MaxValue)]
    public int[] MaxCharacters { get; set; } = [];

    /// <summary>Specifies the character encoding.</summary>
    [Parameter]
    public ChatEncoding Encoding { get; set; }

    private protected override object? ErrorTarget => _basedOn.Unresolved ?? Name;

    private protected override void ProcessRecordCore()
    {
        var basis = BasedOn ?? ChatDialect.Get(_basedOn.UnresolvedName ?? "Line");
        var dialect = new ChatDialect
        {
            Name = Name,
            Description = Description ?? $"Based on {basis.Name}.",
            GreetsFirst = IsBound(nameof(GreetsFirst)) ? GreetsFirst : basis.GreetsFirst,
            FirstSpeaker = IsBound(nameof(FirstSpeaker)) ? FirstSpeaker : basis.FirstSpeaker,
            Encoding = IsBound(nameof(Encoding)) ? Encoding : basis.Encoding,
            Client = CreateSide(basis.Client, ChatSide.Client),
            Server = CreateSide(basis.Server, ChatSide.Server),
        };
        dialect.Validate();
        WriteObject(dialect);
    }

    private ChatDialectSide CreateSide(ChatDialectSide basis, ChatSide side) => basis with
    {
        Greeting = GetValue(Greeting, side, basis.Greeting),
        Separator = GetValue(Separator, side, basis.Separator),
        LengthPrefix = GetValue(LengthPrefix, side, basis.LengthPrefix),
        Terminator = GetValue(Terminator, side, basis.Terminator),
        FixedLength = GetValue(FixedLength, side, basis.FixedLength),
        QuitCommand = GetValue(QuitCommand, side, basis.QuitCommand),
        MaxBytes = GetValue(MaxBytes, side, basis.MaxBytes),
        MaxCharacters = GetValue(MaxCharacters, side, basis.MaxCharacters),
    };

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static T GetValue<T>(T[] values, ChatSide side, T defaultValue) =>
        values.Length == 0 ? defaultValue : values[Math.Min((int)side, values.Length - 1)];
}
