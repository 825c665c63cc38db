using System;
using System.Collections.Generic;

namespace PSPairChat.Scripting;

/// <summary>The values of placeholders: variables of the caller and captures of earlier lines. Names are not case-sensitive.</summary>
internal sealed class VariableScope
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public VariableScope(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var variable in variables)
            _values[variable.Key] = variable.Value;
    }

    public bool Contains(string name) => _values.ContainsKey(name);

    public bool TryGet(string name, out string value) => _values.TryGetValue(name, out value!);

    public void Set(string name, string value) => _values[name] = value;
}
