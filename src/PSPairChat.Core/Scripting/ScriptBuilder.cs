using System;
using System.Collections.Generic;
using System.Linq;

namespace PSPairChat.Scripting;

/// <summary>Builds a script from lines and steps.</summary>
internal sealed class ScriptBuilder
{
    private readonly List<ChatScriptStep> _steps = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.OrdinalIgnoreCase);
    private int _line;

    /// <summary>Gets the number of the next line, from 1.</summary>
    public int NextLine => _line + 1;

    /// <summary>Adds the lines of a text.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public void AddLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
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
        _line++;
        var branches = texts.Select(t => new ScriptBranch(speaker, new ScriptLineReader(t, _line).ReadText(), 1) { Source = t, GoTo = goTo }).ToArray();
        _steps.Add(new ChatScriptStep(_line, string.Join(" | ", texts), isOwn, branches) { Timeout = timeout, LabelSelector = labelSelector });
    }

    /// <summary>Builds the script and validates its labels.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ChatScript Build()
    {
        var script = new ChatScript(_steps, _labels);
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            if (i > 0 && _steps[i - 1].IsQuit && !_labels.ContainsValue(i))
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

    private void AddLabelToNextStep(string label)
    {
        if (_labels.ContainsKey(label))
            throw ScriptError.Create(_line, 1, $"Duplicate label :{label}.");
        _labels.Add(label, _steps.Count);
    }
}
