@echo off
rem mfu: the command; see mfu --help. In a checkout it builds first where nothing is built yet; in the
rem unpacked archive of `mvn package` it runs the jars in lib\. Not tested on Windows.
setlocal
set "here=%~dp0"
if not exist "%here%pom.xml" (
  set "jars=%here%lib\*"
  goto run
)
if not exist "%here%target\classpath.txt" (
  echo Building first ^(mvn compile^) ... 1>&2
  pushd "%here%"
  call mvn -B -q -Dspotless.check.skip=true %MFU_MAVEN% compile 1>&2 || exit /b 2
  popd
)
set /p classpath=<"%here%target\classpath.txt"
set "jars=%here%target\classes;%classpath%"
:run
java --enable-native-access=ALL-UNNAMED %MFU_JAVA_OPTS% -Dmfu.command=mfu -cp "%jars%" org.mfujmh.cli.Mfu %*
