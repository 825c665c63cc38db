using System.IO;

namespace PSPairChat.Cmdlets;

/// <summary>Represents the result of <c>Test-ChatScript</c> for a script file.</summary>
public sealed class ChatScriptTestResult
{
    internal ChatScriptTestResult(string path, int stepCount, ChatException? error)
    {
        FilePath = path;
        StepCount = stepCount;
        Line = error?.Data["Line"] as int?;
        Column = error?.Data["Column"] as int?;
        Message = error?.Message;
    }

    /// <summary>Gets the name of the file without its extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Gets whether the script is valid.</summary>
    public bool IsValid => Message is null;

    /// <summary>Gets the line of the error, from 1; null if there is none.</summary>
    public int? Line { get; }

    /// <summary>Gets the column of the error, from 1; null if there is none.</summary>
    public int? Column { get; }

    /// <summary>Gets the message of the error; null if there is none.</summary>
    public string? Message { get; }

    /// <summary>Gets the number of messages in the script; 0 if it is not valid.</summary>
    public int StepCount { get; }

    /// <summary>Gets the full path of the file.</summary>
    public string FilePath { get; }
}
