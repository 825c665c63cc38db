using System;
using System.Collections.Generic;

namespace PSPairChat.Scripting;

/// <summary>What can be filled in for <c>{name}</c>: the variables given, and what was captured so far. Names do not differ by case.</summary>
internal sealed class VariableScope
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public VariableScope(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var variable in variables)
            _values[variable.Key] = variable.Value;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool TryGet(string name, out string value) => _values.TryGetValue(name, out value!);

    public void Set(string name, string value) => _values[name] = value;

    /// <summary>The value of a name.</summary>
    /// <exception cref="ChatException">ScriptInvalid: it has none.</exception>
    public string Resolve(string name, int line, int column) => _values.TryGetValue(name, out var value) ? value : throw ScriptError.Create(
        line, column, $"{{{name}}} has no value: no -Variables entry and nothing captured above. A brace that is meant as text is written `{{.");
}
