namespace System.Runtime.CompilerServices;

/// <summary>Enables init-only properties in netstandard2.0.</summary>
internal static class IsExternalInit
{
}
