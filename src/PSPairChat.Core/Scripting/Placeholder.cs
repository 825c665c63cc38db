namespace PSPairChat.Scripting;

/// <summary>A <c>{name}</c> in a script that is replaced with a value.</summary>
/// <param name="name">The name of the variable.</param>
/// <param name="line">The line of the placeholder, from 1.</param>
/// <param name="column">The column of the placeholder, from 1.</param>
internal readonly struct Placeholder(string name, int line, int column)
{
    public string Name { get; } = name;

    /// <summary>Gets the value of the variable.</summary>
    /// <exception cref="ChatException">ScriptInvalid: the variable has no value.</exception>
    public string Resolve(VariableScope variables) => variables.TryGet(Name, out var value) ? value : throw ScriptError.Create(
        line, column, $"No value for the variable '{Name}'. To write a literal brace, use `{{.", "Variable");
}
