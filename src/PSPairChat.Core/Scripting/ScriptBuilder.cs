using System;
using System.Collections.Generic;
using System.Linq;

namespace PSPairChat.Scripting;

/// <summary>Builds a script from lines and steps.</summary>
internal sealed class ScriptBuilder
{
    /// <summary>The maximum number of characters of a script.</summary>
    public const int MaxCharacters = 1024 * 1024;

    /// <summary>The maximum number of characters of a line.</summary>
    public const int MaxLineLength = 64 * 1024;

    private readonly List<ChatScriptStep> _steps = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.OrdinalIgnoreCase);
    private int _line;
    private int _characters;

    /// <summary>Gets the message for a script that is too long.</summary>
    public static string TooLongMessage => $"The script is too long. The limit is {MaxCharacters} characters.";

    /// <summary>Gets the number of the next line, from 1.</summary>
    public int NextLine => _line + 1;

    /// <summary>Adds the lines of a text.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void AddLines(string text)
    {
        AddCharacters(text);
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > MaxLineLength)
                throw ScriptError.Create(NextLine, MaxLineLength + 1, $"The line is too long. The limit is {MaxLineLength} characters.");
            var reader = new ScriptLineReader(line.TrimEnd('\r'), NextLine);
            _line++;
            if (reader.IsEmpty)
                continue;
            if (reader.Label is { } label)
                AddLabelToNextStep(label);
            else
                _steps.Add(new ChatScriptStep(_line, reader.Line, isOwn: null, reader.ReadBranches()));
        }
    }

    /// <summary>Adds a label. It counts as one line.</summary>
    /// <exception cref="ChatException">ScriptInvalid: the label exists.</exception>
    public void AddLabel(string label)
    {
        _line++;
        AddLabelToNextStep(label);
    }

    /// <summary>Adds a step. It counts as one line.</summary>
    /// <param name="isOwn">Whether the step is sent.</param>
    /// <param name="speaker">The handle of the expected speaker; null for any.</param>
    /// <param name="texts">What is sent, or the texts one of which is expected, written as in a script.</param>
    /// <param name="goTo">The label at which the script continues; null for the next step.</param>
    /// <param name="timeout">How long to wait for the message; null for the timeout of the script.</param>
    /// <param name="labelSelector">Selects the label at which the script continues.</param>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void Add(bool isOwn, string? speaker, IReadOnlyList<string> texts, string? goTo = null, TimeSpan? timeout = null,
        Func<ChatMessage?, IReadOnlyDictionary<string, string>, string?>? labelSelector = null)
    {
        foreach (var text in texts)
            AddCharacters(text);
        _line++;
        var branches = texts.Select(t => new ScriptBranch(speaker, new ScriptLineReader(t, _line).ReadText(), 1) { Source = t, GoTo = goTo }).ToArray();
        _steps.Add(new ChatScriptStep(_line, string.Join(" | ", texts), isOwn, branches) { Timeout = timeout, LabelSelector = labelSelector });
    }

    /// <summary>Builds the script and validates that it has steps, and its labels.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ChatScript Build()
    {
        if (_steps.Count == 0)
            throw ScriptError.Create(1, 1, "The script is empty. Specify at least one line to send or to expect, as in 'Chris> hello'.");
        var script = new ChatScript(_steps, _labels);
        var labeledSteps = new HashSet<int>(_labels.Values);
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            if (i > 0 && _steps[i - 1].IsQuit && !labeledSteps.Contains(i))
                throw ScriptError.Create(step.Line, 1, "Unexpected line. Only a label can follow \\quit.");
            foreach (var branch in step.Branches)
            {
                if (branch.GoTo is { } label && script.FindLabel(label, i) is null)
                {
                    throw ScriptError.Create(step.Line, branch.Column,
                        $"The label :{label} was not found below this line. To write ' -> ' as text, use ' `-> '.");
                }
            }
        }
        return script;
    }

    private void AddCharacters(string text)
    {
        var remaining = MaxCharacters - _characters;
        if (text.Length > remaining)
        {
            var lineStart = remaining == 0 ? 0 : text.LastIndexOf('\n', remaining - 1) + 1;
            var line = NextLine + text.Substring(0, lineStart).Split('\n').Length - 1;
            throw ScriptError.Create(line, remaining - lineStart + 1, TooLongMessage);
        }
        _characters += text.Length;
    }

    private void AddLabelToNextStep(string label)
    {
        if (_labels.ContainsKey(label))
            throw ScriptError.Create(_line, 1, $"Duplicate label :{label}.");
        _labels.Add(label, _steps.Count);
    }
}
