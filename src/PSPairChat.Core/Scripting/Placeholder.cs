namespace PSPairChat.Scripting;

/// <summary>A <c>{name}</c> to be filled in.</summary>
/// <param name="name">The name.</param>
/// <param name="line">The line where it stands, from 1.</param>
/// <param name="column">The column, from 1.</param>
internal readonly struct Placeholder(string name, int line, int column)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public int Column { get; } = column;

    public string Resolve(VariableScope values) => values.Resolve(Name, Line, Column);
}
