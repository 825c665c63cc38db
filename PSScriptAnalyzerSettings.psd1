@{
    ExcludeRules = @(
        # Functions of the build script and of the tests are not exported.
        'PSUseSingularNouns'
        'PSUseShouldProcessForStateChangingFunctions'
        # Arguments of dotnet, and rows of test tables, are positional.
        'PSAvoidUsingPositionalParameters'
        # The rule does not find uses of a script parameter in the functions of the script.
        'PSReviewUnusedParameter'
        # The rule does not follow variables from BeforeAll to It.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Source files are UTF-8 without a byte order mark.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
