using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Runs a scripted conversation.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ChatScript", DefaultParameterSetName = PathSet, HelpUri = HelpPages.Root + "Invoke-ChatScript.md")]
[OutputType(typeof(ChatScriptResult))]
public sealed class InvokeChatScriptCommand : SessionCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputObjectSet = "InputObject";

    private readonly List<object> _steps = [];
    private string? _path;

    /// <summary>Specifies the paths to script files. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the paths to script files, used exactly as typed.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// Specifies the script: lines, transcript entries, or steps such as <c>@{ Say = 'x' }</c>, <c>@{ Expect = 'y*', 'z*'; Then = { ... } }</c>,
    /// and <c>@{ Label = 'there' }</c>.
    /// </summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public object[] InputObject { get; set; } = [];

    /// <summary>Specifies the session, its Id, or its Name. By default, the session that was opened last.</summary>
    [Parameter(Position = 1)]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public override ChatSession? Session
    {
        get => base.Session;
        set => base.Session = value;
    }

    /// <summary>Specifies the handle whose lines are sent. By default, the handle of the session.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Handle { get; set; }

    /// <summary>Specifies the values of the placeholders in the script.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Variable { get; set; } = new Hashtable();

    /// <summary>Specifies the time limit for each expected message, in seconds. The default is 30.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double TimeoutSeconds { get; set; } = ChatScriptOptions.DefaultTimeout.TotalSeconds;

    /// <summary>Specifies the time limit for a whole script, in seconds. By default, there is no limit.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TotalTimeoutSeconds { get; set; }

    private protected override object? ErrorTarget => _path ?? base.ErrorTarget;

    private protected override void ProcessRecordCore() => _steps.AddRange(InputObject);

    private protected override void EndProcessingCore()
    {
        var session = GetOpenSession();
        var options = GetOptions();
        var scripts = GetScripts();
        foreach (var script in scripts)
            Run(session, script, options, isBatch: scripts.Length > 1);
    }

    private protected override string? GetRecommendedAction(ChatException exception) => exception switch
    {
        { Reason: ChatErrorReason.ReceiveTimedOut } => "Specify a larger -TimeoutSeconds or -TotalTimeoutSeconds.",
        _ => null,
    };

    private void Run(ChatSession session, ChatScript script, ChatScriptOptions options, bool isBatch)
    {
        ChatScriptResult result;
        try
        {
            result = ChatScriptRunner.Run(session, script, options, StopToken);
        }
        catch (ChatException e) when (isBatch)
        {
            // For example, an earlier script has failed and left the turn to the peer.
            result = new ChatScriptResult(e) { Name = script.Name };
        }
        finally
        {
            WriteNotices(session);
        }
        WriteObject(result);
        if (result.Error is { } error)
            WriteError(CreateErrorRecord(error, result));
    }

    private ChatScriptOptions GetOptions() => new()
    {
        Handle = Handle,
        Variables = Variable.Cast<DictionaryEntry>().ToDictionary(
            v => LanguagePrimitives.ConvertTo<string>(v.Key), v => LanguagePrimitives.ConvertTo<string>(v.Value), StringComparer.OrdinalIgnoreCase),
        Timeout = ToTimeSpan(TimeoutSeconds),
        TotalTimeout = ToTimeSpan(TotalTimeoutSeconds),
    };

    // All scripts are read before the first one runs: an invalid script is an error before anything is sent.
    private ChatScript[] GetScripts() => ParameterSetName switch
    {
        PathSet => Path.SelectMany(path => ReadScripts(path, isLiteral: false)).ToArray(),
        LiteralPathSet => LiteralPath.SelectMany(path => ReadScripts(path, isLiteral: true)).ToArray(),
        _ => [ScriptStepConverter.Convert(_steps)],
    };

    private ChatScript[] ReadScripts(string path, bool isLiteral)
    {
        _path = path;
        try
        {
            return GetFiles(path, isLiteral).Select(file => ChatScript.Load(file)).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CreateReadException(path, e);
        }
    }
}
