using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Holds a conversation from a file: says the lines of its own handle and expects the others'.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ChatScript", DefaultParameterSetName = PathSet, HelpUri = HelpPages.Root + "Invoke-ChatScript.md")]
[OutputType(typeof(ChatScriptResult))]
public sealed class InvokeChatScriptCommand : ChatCmdlet
{
    private const string PathSet = "Path";
    private const string ScriptSet = "Script";

    private readonly List<object> _script = [];

    /// <summary>The file.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// Lines as in a file, entries of a transcript, or steps: <c>@{ Say = 'x' }</c>, <c>@{ Expect = 'y*', 'z*'; Then = { ... } }</c>,
    /// <c>@{ Label = 'there' }</c>; with From, TimeoutSeconds.
    /// </summary>
    [Parameter(ParameterSetName = ScriptSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public object[] Script { get; set; } = [];

    /// <summary>The session, its Id or Name; the one opened last if left out.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    /// <summary>The handle whose lines to say; the session's own if left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? As { get; set; }

    /// <summary>What to fill in for <c>{name}</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Variables { get; set; } = new Hashtable();

    /// <summary>How long each expectation waits, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double TimeoutSeconds { get; set; } = ChatScriptOptions.DefaultTimeout.TotalSeconds;

    /// <summary>How long the whole script may take, in seconds; as long as it takes if left out.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? DeadlineSeconds { get; set; }

    private protected override object? Target => ParameterSetName == PathSet ? Path : Session?.Target;

    private protected override void ProcessInput() => _script.AddRange(Script);

    private protected override void ProcessEnd()
    {
        var session = ResolveSession(Session);
        var script = ParameterSetName == PathSet ? Read(FilePath(Path, ChatErrorReason.ScriptInvalid)) : ScriptStepConverter.Build(_script);
        ChatScriptResult result;
        try
        {
            result = ChatScriptRunner.Run(session, script, Options(), StopToken);
        }
        finally
        {
            WriteNotices(session);
        }
        WriteObject(result);
        if (result.Error is { } fault)
            WriteError(ErrorRecordFactory.Create(fault, result));
    }

    private ChatScriptOptions Options() => new()
    {
        Handle = As,
        Variables = Variables.Cast<DictionaryEntry>().ToDictionary(
            v => LanguagePrimitives.ConvertTo<string>(v.Key), v => LanguagePrimitives.ConvertTo<string>(v.Value), StringComparer.OrdinalIgnoreCase),
        Timeout = Seconds(TimeoutSeconds),
        TotalTimeout = Seconds(DeadlineSeconds),
    };

    private static ChatScript Read(string path)
    {
        try
        {
            return ChatScript.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatException(ChatErrorReason.ScriptInvalid, $"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
